namespace DawsOS.Delivery;

// The rows that one transaction inserts when an alert fires; nothing is sent before they are committed.

/// <summary>One occurrence of an alert.</summary>
internal sealed record FiringRow(
    Guid Id, Guid AlertId, Guid UserId, string OccurrenceKey, int RuleVersion, Guid IngestId, int N, string Cause, decimal? Value, DateOnly? ObservedOn,
    DateTimeOffset FiredAt);

/// <summary>A firing to one channel.</summary>
internal sealed record DeliveryRow(
    Guid Id, Guid FiringId, Guid AlertId, Guid UserId, string Channel, string Status, string? Reason, string? Subject, string Message, string ContentHash,
    string DeliveryMethods, DateOnly DeliveryDay, DateTimeOffset CreatedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? NextAttemptAt);

/// <summary>What a user reads in-app: of a delivery, or a notice that data is missing (then with its day, and without a delivery).</summary>
internal sealed record NotificationRow(Guid Id, Guid UserId, Guid? AlertId, Guid? DeliveryId, string Message, DateTimeOffset At, DateOnly? NoticeDay);
