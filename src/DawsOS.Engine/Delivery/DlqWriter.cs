using System.Text.Json;

using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>What happened to a delivery that its entry in the dead-letter queue is to say too.</summary>
internal sealed record DlqChange(ClaimedDelivery Delivery, AttemptEnd End, SendResult Result, DateTimeOffset At);

/// <summary>Keeps the dead-letter queue in step with its deliveries: an entry from the first failure on, changed only with its delivery.</summary>
internal static class DlqWriter
{
    public static async Task FollowAsync(Session session, IReadOnlyList<DlqChange> changes)
    {
        // Most are delivered at their first attempt and never had an entry.
        var known = changes.Where(change => change.End.Status != DeliveryStatus.Delivered || change.Delivery.Attempts > 1 || change.Delivery.Final).ToList();
        HashSet<Guid> updated = known.Count == 0 ? [] : await UpdateAsync(session, known);
        var added = changes.Where(change => change.End.Status != DeliveryStatus.Delivered && !updated.Contains(change.Delivery.Id)).ToList();
        if (added.Count == 0)
        {
            return;
        }
        var sources = (await session.QueryAsync<Source>("delivery/read_dlq_sources", new { ids = session.Rows(added.Select(change => change.Delivery.Id)) }))
            .ToDictionary(source => source.Id);
        await session.ExecuteAsync("delivery/insert_dlq", new { rows = session.Rows(added.Select(change => Row(change, sources[change.Delivery.Id]))) });
    }

    private static async Task<HashSet<Guid>> UpdateAsync(Session session, IEnumerable<DlqChange> known)
    {
        var rows = session.Rows(known.Select(change => new
        {
            change.Delivery.Id,
            Status = change.End.DlqStatus,
            Class = change.End.Status == DeliveryStatus.Delivered ? null : RetryRules.Class(change.Result.Class),
            change.End.Reason,
            change.Result.Error,
            change.End.RetryCount,
            change.At,
            change.End.NextAttemptAt,
        }));
        return [.. await session.QueryAsync<Guid>("delivery/update_dlq", new { rows })];
    }

    private static DlqRow Row(DlqChange change, Source source)
    {
        using var alert = JsonDocument.Parse(source.AlertJson);
        var delivery = change.Delivery;
        return new DlqRow
        {
            Id = Guid.CreateVersion7(change.At),
            DeliveryId = delivery.Id,
            AlertId = delivery.AlertId,
            UserId = delivery.UserId,
            Channel = delivery.Channel,
            Class = RetryRules.Class(change.Result.Class),
            Reason = change.End.Reason,
            AlertData = DlqRow.Data(
                alert.RootElement.GetProperty("condition_json").GetString()!, delivery.Message, delivery.UserId, source.DeliveryMethods,
                alert.RootElement.GetProperty("name").GetString()!, source.DeliveryDay),
            ErrorMessage = change.Result.Error ?? "",
            RetryCount = change.End.RetryCount,
            Status = change.End.DlqStatus,
            CreatedAt = change.At,
            NextAttemptAt = change.End.NextAttemptAt,
        };
    }

    // The alert as it was when it fired.
    private sealed record Source
    {
        public Guid Id { get; init; }

        public string AlertJson { get; init; } = "";

        public string DeliveryMethods { get; init; } = "";

        public DateOnly DeliveryDay { get; init; }
    }
}
