using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Metrics;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>Lists the dead-letter queue, and sends or ends single entries; for ADMINs, every action is audited.</summary>
internal sealed class DlqStore(Database database, SendLoop loop, DeliveryMetrics metrics, TimeProvider clock)
{
    /// <param name="status">Empty = all.</param>
    /// <param name="channel">Empty = all.</param>
    /// <param name="class">Empty = all.</param>
    /// <param name="limit">Page size.</param>
    /// <param name="offset">Rows to skip; newest first.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<(IReadOnlyList<DlqRow> Items, long Total)> ListAsync(
        string status, string channel, string @class, int limit, int offset, CancellationToken cancellationToken)
    {
        var filter = new { status, channel, @class, limit, offset };
        return database.ReadAsync(
            As.Job, async session => (await session.QueryAsync<DlqRow>("delivery/list_dlq", filter), await session.FirstAsync<long>("delivery/count_dlq", filter)),
            cancellationToken);
    }

    /// <summary>Makes a pending entry's next retry due now, or gives a dead one a single extra attempt. Null when there is none.</summary>
    /// <exception cref="RejectedException">conflict: it is being sent just now, or was delivered.</exception>
    public async Task<DlqRow?> RedriveAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var entry = await database.WriteAsync(
            As.Job, async session =>
            {
                if (await LockAsync(session, id) is not { } locked)
                {
                    return null;
                }
                if (locked.DlqStatus == DlqRow.Resolved)
                {
                    throw new RejectedException(RejectionCodes.Conflict, "This entry was delivered; there is nothing to send again.");
                }
                await session.ExecuteAsync("delivery/redrive_delivery", new { id = locked.Id, now, isFinal = locked.Final || locked.DlqStatus == DlqRow.Dead ? 1 : 0 });
                await session.ExecuteAsync("delivery/redrive_dlq", new { id = locked.Id, now });
                await AuditAsync(session, caller, AuditActions.RedriveDelivery, locked, now);
                return await session.FirstAsync<DlqRow>("delivery/find_dlq", new { id });
            },
            cancellationToken);
        loop.Nudge();
        return entry;
    }

    /// <summary>Takes an entry out; a delivery that was still to be tried is not tried any more. False when there is none.</summary>
    /// <exception cref="RejectedException">conflict: it is being sent just now.</exception>
    public async Task<bool> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var deleted = await database.WriteAsync(
            As.Job, async session =>
            {
                if (await LockAsync(session, id) is not { } locked)
                {
                    return null;
                }
                if (locked.DlqStatus == DlqRow.Pending)
                {
                    await session.ExecuteAsync("delivery/abandon_deliveries", new { ids = session.Rows([locked.Id]), reason = "discarded" });
                }
                await session.ExecuteAsync("delivery/delete_dlq", new { id = locked.Id });
                await AuditAsync(session, caller, AuditActions.DiscardDelivery, locked, clock.Now());
                return locked;
            },
            cancellationToken);
        if (deleted is { DlqStatus: DlqRow.Pending })
        {
            metrics.Ended(deleted.Channel, DeliveryStatus.Dead);
        }
        return deleted is not null;
    }

    private static async Task<LockedDelivery?> LockAsync(Session session, Guid id) =>
        await session.FirstAsync<LockedDelivery>("delivery/lock_dlq_delivery", new { id }) is not { } locked ? null
            : locked.LeaseUntil is null ? locked
            : throw new RejectedException(RejectionCodes.Conflict, "This entry is being sent just now; ask again in a minute.");

    private static Task AuditAsync(Session session, Caller caller, string action, LockedDelivery delivery, DateTimeOffset now) =>
        Audit.AppendAsync(session, Audit.Of(caller, action, "delivery", delivery.Id, new { before = new { status = delivery.DlqStatus } }, now));

    private sealed record LockedDelivery
    {
        public Guid Id { get; init; }

        public string Channel { get; init; } = "";

        public string DlqStatus { get; init; } = "";

        /// <summary>Whether its extra attempt is still to come.</summary>
        public bool Final { get; init; }

        public DateTimeOffset? LeaseUntil { get; init; }
    }
}
