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

internal sealed record ExecuteAnswer(ExecuteResult Result, ExecuteMetadata Metadata);

internal sealed record ExecuteResult(JsonElement Data);

internal sealed record ExecuteMetadata(string PricingPackId, decimal DurationMs);
