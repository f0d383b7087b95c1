using System.Text.Json;

namespace DawsOS.Demo;

// The members of the answers that the demo shows; http clients may ignore the rest.

internal sealed record LoginAnswer(string AccessToken, LoginUser User);

internal sealed record LoginUser(string Email, string Role);

internal sealed record ImportAnswer(IReadOnlyList<ImportedSeries> Series, int AlertsFired);

internal sealed record ImportedSeries(string SeriesId, int Inserted);

internal sealed record AlertAnswer(Guid Id, string Name, string State, DateTimeOffset? LastFiredAt);

internal sealed record IngestAnswer(int Inserted, int AlertsFired);

internal sealed record NotificationsAnswer(IReadOnlyList<Notification> Notifications, int Total);

internal sealed record Notification(Guid? AlertId, string Message, DateTimeOffset CreatedAt);

internal sealed record DeliveriesAnswer(IReadOnlyList<Delivery> Items);

internal sealed record Delivery(Guid Id, Guid AlertId, string Status, IReadOnlyList<Attempt> Attempts);

internal sealed record Attempt(string Outcome, string? Error);

internal sealed record DlqAnswer(IReadOnlyList<DeadLetter> Items);

internal sealed record DeadLetter(
    Guid AlertId, string Channel, string Class, string ErrorMessage, string Status, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt);

internal sealed record ExecuteAnswer(ExecuteResult Result, ExecuteMetadata Metadata);

internal sealed record ExecuteResult(JsonElement Data);

internal sealed record ExecuteMetadata(string PricingPackId, decimal DurationMs);
