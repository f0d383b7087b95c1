using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>An attempt that ended, to be recorded.</summary>
internal sealed record Ended(ClaimedDelivery Delivery, SendResult Result, DateTimeOffset EndedAt);

/// <summary>What became of an attempt; Applied is false when the lease was lost, so that another's word counts.</summary>
internal sealed record Recorded(ClaimedDelivery Delivery, DateTimeOffset EndedAt, AttemptEnd End, bool Applied);

/// <summary>The rows of what is to be sent: claims them under leases and records outcomes. Lock order: alerts are never locked here, deliveries are.</summary>
internal sealed class DeliveryLedger(Database database, RetryOptions retries, SendOptions sends)
{
    /// <summary>Claims what is due, the longest due first; what another process holds is passed over. Deliveries of alerts that are gone end here.</summary>
    /// <param name="limit">Never more than there are free send slots.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    public Task<ImmutableArray<ClaimedDelivery>> ClaimAsync(int limit, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var due = await session.QueryAsync<ClaimedDelivery>("delivery/lock_due", new { now, limit });
            await AbandonAsync(session, [.. due.Where(delivery => delivery.IsGone)], now);
            var token = Guid.CreateVersion7(now);
            var claimed = due.Where(delivery => !delivery.IsGone)
                .Select(delivery => delivery with { Attempts = delivery.Attempts + 1, Token = token, ClaimedAt = now, LeaseUntil = now + sends.Lease }).ToImmutableArray();
            if (claimed.Length > 0)
            {
                var rows = session.Rows(claimed.Select(delivery => new { delivery.Id, delivery.Attempts }));
                await session.ExecuteAsync("delivery/lease", new { rows, token, until = now + sends.Lease });
                await session.ExecuteAsync("delivery/insert_attempts", new { rows, now });
            }
            return claimed;
        },
        cancellationToken);

    /// <summary>Takes leases that ended without an outcome: those attempts are uncertain.</summary>
    public Task<ImmutableArray<Recorded>> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var expired = await session.QueryAsync<ClaimedDelivery>("delivery/lock_expired", new { now });
            var lost = new SendResult(SendClass.Uncertain, RetryRules.LeaseExpired);
            return await ApplyAsync(
                session, [.. expired.Select(delivery => (new Ended(delivery, lost, now), RetryRules.AfterLostLease(delivery, now, retries)))]);
        },
        cancellationToken);

    /// <summary>Records outcomes, each only while its lease is still this process's.</summary>
    public Task<ImmutableArray<Recorded>> RecordAsync(IReadOnlyList<Ended> ended, CancellationToken cancellationToken) => database.WriteAsync(
        session => ApplyAsync(session, [.. ended.Select(e => (e, RetryRules.After(e.Delivery, e.Result, e.EndedAt, retries)))]), cancellationToken);

    /// <summary>How many are due and not claimed, and the dead-letter queue's size by status.</summary>
    public Task<QueueSizes> SizesAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        async session => (await session.FirstAsync<QueueSizes>("delivery/count_queues", new { now }))!, cancellationToken);

    private static async Task<ImmutableArray<Recorded>> ApplyAsync(Session session, ImmutableArray<(Ended Ended, AttemptEnd End)> outcomes)
    {
        var recorded = ImmutableArray.CreateBuilder<Recorded>(outcomes.Length);
        foreach (var (ended, end) in outcomes.OrderBy(outcome => outcome.Ended.Delivery.Id))
        {
            var (delivery, result, endedAt) = ended;
            var applied = await session.ExecuteAsync("delivery/end_attempt", new
            {
                id = delivery.Id,
                token = delivery.Token,
                end.Status,
                end.Reason,
                end.RetryCount,
                end.NextAttemptAt,
                deliveredAt = end.Status == DeliveryStatus.Delivered ? endedAt : (DateTimeOffset?)null,
            }) == 1;
            recorded.Add(new Recorded(delivery, endedAt, end, applied));
            if (!applied)
            {
                continue;
            }
            await session.ExecuteAsync("delivery/close_attempt", new
            {
                id = delivery.Id,
                number = delivery.Attempts,
                outcome = end.AttemptOutcome,
                error = result.Error,
                endedAt,
            });
            await QueueAsync(session, delivery, end, RetryRules.Class(result.Class), result.Error, endedAt);
            if (end.Reason == RetryRules.Exhausted)
            {
                await session.ExecuteAsync("accounts/insert_audit", new { rows = session.Rows([Exhausted(delivery, endedAt)]) });
            }
        }
        return recorded.DrainToImmutable();
    }

    // The dead-letter queue follows its delivery: a row from the first failure on, changed only with it.
    private static async Task QueueAsync(Session session, ClaimedDelivery delivery, AttemptEnd end, string @class, string? error, DateTimeOffset at)
    {
        var change = new
        {
            deliveryId = delivery.Id,
            status = end.DlqStatus,
            @class,
            end.Reason,
            error,
            end.RetryCount,
            lastRetryAt = delivery.Attempts > 1 ? at : (DateTimeOffset?)null,
            end.NextAttemptAt,
        };
        if (await session.ExecuteAsync(end.Status == DeliveryStatus.Delivered ? "delivery/resolve_dlq" : "delivery/update_dlq", change) > 0
            || end.Status == DeliveryStatus.Delivered)
        {
            return;
        }
        var source = await session.FirstAsync<DlqSource>("delivery/read_dlq_source", new { id = delivery.Id });
        await session.ExecuteAsync("delivery/insert_dlq", new
        {
            rows = session.Rows([new DlqRow
            {
                Id = Guid.CreateVersion7(at),
                DeliveryId = delivery.Id,
                AlertId = delivery.AlertId,
                UserId = delivery.UserId,
                Channel = delivery.Channel,
                Class = @class,
                Reason = end.Reason,
                AlertData = source!.ToData(delivery),
                ErrorMessage = error ?? "",
                RetryCount = end.RetryCount,
                Status = end.DlqStatus,
                CreatedAt = at,
                NextAttemptAt = end.NextAttemptAt,
            }]),
        });
    }

    private static async Task AbandonAsync(Session session, IReadOnlyList<ClaimedDelivery> gone, DateTimeOffset now)
    {
        var end = new AttemptEnd(DeliveryStatus.Dead, RetryRules.AlertGone, "failed", 0, null);
        foreach (var delivery in gone)
        {
            await session.ExecuteAsync("delivery/abandon", new { id = delivery.Id, reason = RetryRules.AlertGone });
            await QueueAsync(
                session, delivery, end with { RetryCount = delivery.RetryCount }, "permanent", "The alert was deleted, or its user is no longer active.", now);
        }
    }

    private static AuditRow Exhausted(ClaimedDelivery delivery, DateTimeOffset at) => new(
        Guid.CreateVersion7(at), at, delivery.UserId, "delivery_exhausted", $"delivery/{delivery.Id}", "", $$"""{"attempts":{{delivery.Attempts}},"channel":"{{delivery.Channel}}"}""");
}

/// <summary>The alert as it was when it fired.</summary>
internal sealed record DlqSource
{
    public string AlertJson { get; init; } = "";

    public string DeliveryMethods { get; init; } = "";

    public DateOnly DeliveryDay { get; init; }

    public string ToData(ClaimedDelivery delivery)
    {
        using var alert = System.Text.Json.JsonDocument.Parse(AlertJson);
        return DlqRow.Data(
            alert.RootElement.GetProperty("condition_json").GetString()!, delivery.Message, delivery.UserId, DeliveryMethods,
            alert.RootElement.GetProperty("name").GetString()!, DeliveryDay);
    }
}

/// <summary>Rows that wait.</summary>
internal sealed record QueueSizes
{
    public long Overdue { get; init; }

    public long DlqPending { get; init; }

    public long DlqDead { get; init; }
}
