using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>An attempt that ended, to be recorded.</summary>
internal sealed record Ended(ClaimedDelivery Delivery, SendResult Result, DateTimeOffset EndedAt);

/// <summary>What became of an attempt; Applied is false when the lease was lost, so that another's word counts.</summary>
internal sealed record Recorded(ClaimedDelivery Delivery, DateTimeOffset EndedAt, AttemptEnd End, bool Applied);

/// <summary>What a look for due deliveries took.</summary>
/// <param name="ToSend">Under lease now.</param>
/// <param name="Gone">Ended, because their alert was deleted or their user is not active any more.</param>
internal sealed record Claims(ImmutableArray<ClaimedDelivery> ToSend, ImmutableArray<ClaimedDelivery> Gone)
{
    public static readonly Claims None = new([], []);

    public int Taken => ToSend.Length + Gone.Length;
}

/// <summary>The rows of what is to be sent: claims them under leases and records outcomes. Lock order: alerts are never locked here, deliveries are.</summary>
internal sealed class DeliveryLedger(Database database, RetryOptions retries, SendOptions sends)
{
    /// <summary>Claims what is due, the longest due first; what another process holds is passed over. Deliveries of alerts that are gone end here.</summary>
    /// <param name="limit">Never more than there are free send slots.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    public Task<Claims> ClaimAsync(int limit, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            var due = await session.QueryAsync<ClaimedDelivery>("delivery/lock_due", new { now, limit });
            var gone = due.Where(delivery => delivery.IsGone).ToImmutableArray();
            await AbandonAsync(session, gone, now);
            var token = Guid.CreateVersion7(now);
            var claimed = due.Where(delivery => !delivery.IsGone)
                .Select(delivery => delivery with { Attempts = delivery.Attempts + 1, Token = token, ClaimedAt = now, LeaseUntil = now + sends.Lease }).ToImmutableArray();
            if (claimed.Length > 0)
            {
                var rows = session.Rows(claimed.Select(delivery => new { delivery.Id, delivery.Attempts }));
                await session.ExecuteAsync("delivery/lease", new { rows, token, until = now + sends.Lease });
                await session.ExecuteAsync("delivery/insert_attempts", new { rows, now });
            }
            return new Claims(claimed, gone);
        },
        cancellationToken);

    /// <summary>Takes leases that ended without an outcome: those attempts are uncertain.</summary>
    public Task<ImmutableArray<Recorded>> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            var expired = await session.QueryAsync<ClaimedDelivery>("delivery/lock_expired", new { now });
            var lost = new SendResult(SendClass.Uncertain, RetryRules.LeaseExpired);
            return await ApplyAsync(
                session, [.. expired.Select(delivery => (new Ended(delivery, lost, now), RetryRules.AfterLostLease(delivery, now, retries)))]);
        },
        cancellationToken);

    /// <summary>Records outcomes, each only while its lease is still this process's.</summary>
    public Task<ImmutableArray<Recorded>> RecordAsync(IReadOnlyList<Ended> ended, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, session => ApplyAsync(session, [.. ended.Select(e => (e, RetryRules.After(e.Delivery, e.Result, e.EndedAt, retries)))]), cancellationToken);

    /// <summary>How many are due and not claimed, and the dead-letter queue's size by status.</summary>
    public Task<QueueSizes> SizesAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        As.Job, async session => (await session.FirstAsync<QueueSizes>("delivery/count_queues", new { now }))!, cancellationToken);

    // One delivery may be there twice, once under a lease that was lost meanwhile: its ends are asked for one after the other.
    private static async Task<ImmutableArray<Recorded>> ApplyAsync(Session session, ImmutableArray<(Ended Ended, AttemptEnd End)> outcomes)
    {
        var recorded = ImmutableArray.CreateBuilder<Recorded>(outcomes.Length);
        for (IReadOnlyList<(Ended Ended, AttemptEnd End)> rest = outcomes; rest.Count > 0;)
        {
            List<(Ended Ended, AttemptEnd End)> round = [.. rest.DistinctBy(outcome => outcome.Ended.Delivery.Id)];
            recorded.AddRange(await ApplyRoundAsync(session, round));
            rest = [.. rest.Except(round)];
        }
        return recorded.DrainToImmutable();
    }

    private static async Task<IEnumerable<Recorded>> ApplyRoundAsync(Session session, List<(Ended Ended, AttemptEnd End)> outcomes)
    {
        var applied = (await session.QueryAsync<Guid>("delivery/end_attempts", new
        {
            rows = session.Rows(outcomes.Select(o => new
            {
                o.Ended.Delivery.Id,
                o.Ended.Delivery.Token,
                o.End.Status,
                o.End.Reason,
                o.End.RetryCount,
                o.End.NextAttemptAt,
                DeliveredAt = o.End.Status == DeliveryStatus.Delivered ? o.Ended.EndedAt : (DateTimeOffset?)null,
            })),
        })).ToHashSet();
        var ours = outcomes.Where(o => applied.Contains(o.Ended.Delivery.Id)).ToList();
        await session.ExecuteAsync("delivery/close_attempts", new
        {
            rows = session.Rows(ours.Select(o => new
            {
                o.Ended.Delivery.Id,
                Number = o.Ended.Delivery.Attempts,
                Outcome = o.End.AttemptOutcome,
                o.Ended.Result.Error,
                o.Ended.EndedAt,
            })),
        });
        await DlqWriter.FollowAsync(session, [.. ours.Select(o => new DlqChange(o.Ended.Delivery, o.End, o.Ended.Result, o.Ended.EndedAt))]);
        var exhausted = ours.Where(o => RetryRules.TellsOperator(o.Ended.Delivery, o.End)).Select(o => Exhausted(o.Ended.Delivery, o.Ended.EndedAt)).ToList();
        if (exhausted.Count > 0)
        {
            await Audit.AppendAsync(session, exhausted);
        }
        return outcomes.Select(o => new Recorded(o.Ended.Delivery, o.Ended.EndedAt, o.End, applied.Contains(o.Ended.Delivery.Id)));
    }

    private static async Task AbandonAsync(Session session, IReadOnlyList<ClaimedDelivery> gone, DateTimeOffset now)
    {
        if (gone.Count == 0)
        {
            return;
        }
        await session.ExecuteAsync("delivery/abandon_deliveries", new { ids = session.Rows(gone.Select(delivery => delivery.Id)), reason = RetryRules.AlertGone });
        var result = new SendResult(SendClass.Permanent, "The alert was deleted, or its user is no longer active.");
        await DlqWriter.FollowAsync(
            session,
            [.. gone.Select(delivery => new DlqChange(
                delivery, new AttemptEnd(DeliveryStatus.Dead, RetryRules.AlertGone, "failed", delivery.RetryCount, null), result, now))]);
    }

    private static AuditRow Exhausted(ClaimedDelivery delivery, DateTimeOffset at) => Audit.Of(
        delivery.UserId, null, AuditActions.DeliveryExhausted, "delivery", delivery.Id, new { delivery.Attempts, delivery.Channel }, at);
}

/// <summary>Rows that wait.</summary>
internal sealed record QueueSizes
{
    /// <summary>Deliveries that are due.</summary>
    public long Overdue { get; init; }

    /// <summary>Alerts that are due to be decided.</summary>
    public long OverdueAlerts { get; init; }

    public long DlqPending { get; init; }

    public long DlqDead { get; init; }
}
