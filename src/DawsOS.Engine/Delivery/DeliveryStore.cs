using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>One firing to one channel, as its owner sees it.</summary>
internal sealed record DeliveryView
{
    public Guid Id { get; init; }

    public Guid AlertId { get; init; }

    public Guid FiringId { get; init; }

    public string OccurrenceKey { get; init; } = "";

    public string Channel { get; init; } = "";

    public string Status { get; init; } = "";

    public string? Reason { get; init; }

    public bool IsTest { get; init; }

    /// <summary>Sends that were tried; an in-app delivery needs none, its row is the delivery.</summary>
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    public string Message { get; init; } = "";

    public string ContentHash { get; init; } = "";

    public DateOnly DeliveryDay { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }
}

/// <summary>One try to send a delivery.</summary>
internal sealed record DeliveryAttempt
{
    [System.Text.Json.Serialization.JsonIgnore]
    public Guid DeliveryId { get; init; }

    public int Number { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>started, delivered, failed, uncertain or blocked.</summary>
    public string Outcome { get; init; } = "";

    public string? Error { get; init; }

    public double? DurationMs => EndedAt is { } ended ? Math.Max(0, (ended - StartedAt).TotalMilliseconds) : null;
}

/// <summary>Reads the delivery ledger, newest first; own rows only.</summary>
internal sealed class DeliveryStore(Database database)
{
    /// <param name="caller">Whose deliveries.</param>
    /// <param name="status">Empty = all.</param>
    /// <param name="channel">Empty = all.</param>
    /// <param name="from">Earliest created_at.</param>
    /// <param name="to">Latest created_at.</param>
    /// <param name="limit">Page size.</param>
    /// <param name="offset">Rows to skip.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<(IReadOnlyList<DeliveryView> Items, long Total)> ListAsync(
        Caller caller, string status, string channel, DateTimeOffset from, DateTimeOffset to, int limit, int offset, CancellationToken cancellationToken)
    {
        var filter = new { userId = caller.UserId, status, channel, from, to, limit, offset };
        return database.ReadAsync(
            As.User(caller), async session => (
                await WithAttemptsAsync(session, await session.QueryAsync<DeliveryView>("delivery/list_deliveries", filter)),
                await session.FirstAsync<long>("delivery/count_deliveries", filter)),
            cancellationToken);
    }

    /// <summary>Null when the alert is not the caller's.</summary>
    public Task<(IReadOnlyList<DeliveryView> Items, long Total)?> ListOfAlertAsync(
        Caller caller, Guid alertId, int limit, int offset, CancellationToken cancellationToken)
    {
        var filter = new { userId = caller.UserId, alertId, limit, offset };
        return database.ReadAsync<(IReadOnlyList<DeliveryView>, long)?>(
            As.User(caller), async session => await session.FirstAsync<long?>("delivery/find_alert", filter) is null
                ? null
                : (await WithAttemptsAsync(session, await session.QueryAsync<DeliveryView>("delivery/list_alert_deliveries", filter)),
                    await session.FirstAsync<long>("delivery/count_alert_deliveries", filter)),
            cancellationToken);
    }

    private static async Task<IReadOnlyList<DeliveryView>> WithAttemptsAsync(Session session, IReadOnlyList<DeliveryView> deliveries)
    {
        var ids = session.Rows(deliveries.Where(delivery => delivery.Channel != DeliveryRules.Inapp).Select(delivery => delivery.Id));
        if (ids == "[]")
        {
            return deliveries;
        }
        var attempts = (await session.QueryAsync<DeliveryAttempt>("delivery/list_attempts", new { ids })).ToLookup(attempt => attempt.DeliveryId);
        return [.. deliveries.Select(delivery => delivery with { Attempts = [.. attempts[delivery.Id]] })];
    }
}
