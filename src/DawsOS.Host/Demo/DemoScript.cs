using System.Globalization;
using System.Text.Json;

namespace DawsOS.Demo;

/// <summary>What the demo shows at the end.</summary>
/// <param name="Alert">Name of the alert.</param>
/// <param name="FiredAt">UTC.</param>
/// <param name="Notification">Text that reached the user.</param>
/// <param name="Latency">From sending the observation to having read the notification back.</param>
internal sealed record DemoFiring(string Alert, DateTimeOffset FiredAt, string Notification, TimeSpan Latency);

/// <summary>The story, told over HTTP only, as any client could: history, alert, observations that cross it, notification, snapshot.</summary>
internal sealed class DemoScript(HttpClient http, TextWriter output, TimeProvider clock)
{
    private const string Watched = "VIXCLS";
    private const decimal Threshold = 30;
    private readonly DemoClient _client = new(http, output, clock);

    /// <exception cref="DemoFailedException">A step failed, or the notification did not arrive.</exception>
    public async Task RunAsync(string email, string password, CancellationToken cancellationToken)
    {
        await SignInAsync(email, password, cancellationToken);
        await ImportHistoryAsync(cancellationToken);
        var alert = await CreateAlertAsync(cancellationToken);
        var firing = await ReplayAsync(alert, cancellationToken);
        var snapshot = await SnapshotAsync(cancellationToken);

        output.WriteLine();
        DemoTable.Write(output, ["Alert", "Fired at (UTC)", "Notification", "Latency"],
            [[firing.Alert, firing.FiredAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture), firing.Notification, Milliseconds(firing.Latency)]]);
        output.WriteLine("Latency: from sending the observation to having read the notification back, both over HTTP.");
        output.WriteLine();
        output.WriteLine(snapshot);
    }

    private async Task SignInAsync(string email, string password, CancellationToken cancellationToken)
    {
        var login = await _client.PostAsync<LoginAnswer>(
            "sign in", "/auth/login", new { email, password }, answer => $"{answer.User.Email} is {answer.User.Role}", cancellationToken);
        _client.AccessToken = login.AccessToken;
    }

    private async Task ImportHistoryAsync(CancellationToken cancellationToken)
    {
        foreach (var id in DemoData.SeriesIds)
        {
            await _client.PostCsvAsync<ImportAnswer>(
                "history", "/v1/series/import", DemoData.Csv(id),
                answer => string.Join(", ", answer.Series.Select(series => $"{series.SeriesId}: {series.Inserted} synthetic observations")), cancellationToken);
        }
    }

    private Task<AlertAnswer> CreateAlertAsync(CancellationToken cancellationToken) => _client.PostAsync<AlertAnswer>(
        "alert", "/v1/alerts",
        new { name = $"VIX above {Threshold}", condition_json = new { type = "macro", entity = "VIX", op = ">", value = Threshold } },
        answer => $"'{answer.Name}' is {answer.State}", cancellationToken);

    private async Task<DemoFiring> ReplayAsync(AlertAnswer alert, CancellationToken cancellationToken)
    {
        DemoFiring? firing = null;
        foreach (var (date, value) in DemoData.Replay())
        {
            var sent = clock.GetTimestamp();
            var ingest = await _client.PostAsync<IngestAnswer>(
                "observation", $"/v1/series/{Watched}/observations", new { observations = new[] { new { date, value } } },
                answer => string.Create(CultureInfo.InvariantCulture, $"{date}: {value}, {Firings(answer.AlertsFired)}"), cancellationToken);
            if (ingest.AlertsFired > 0 && firing is null)
            {
                firing = await ReadBackAsync(alert, sent, cancellationToken);
            }
        }
        return firing ?? throw new DemoFailedException($"No observation above {Threshold} fired the alert.");
    }

    private async Task<DemoFiring> ReadBackAsync(AlertAnswer alert, long sent, CancellationToken cancellationToken)
    {
        // No wait: the notification was committed together with the observation, before that was answered.
        var read = await _client.GetAsync<NotificationsAnswer>(
            "notification", "/v1/notifications",
            answer => answer.Notifications.FirstOrDefault(found => found.AlertId == alert.Id)?.Message ?? "none of this alert", cancellationToken);
        var latency = clock.GetElapsedTime(sent);
        var notification = read.Notifications.FirstOrDefault(found => found.AlertId == alert.Id)
            ?? throw new DemoFailedException("The alert fired, but GET /v1/notifications does not have its notification.");
        var after = await _client.GetAsync<AlertAnswer>("alert", $"/v1/alerts/{alert.Id}", answer => $"'{answer.Name}' is {answer.State}", cancellationToken);
        return new DemoFiring(alert.Name, after.LastFiredAt ?? notification.CreatedAt, notification.Message, latency);
    }

    private async Task<string> SnapshotAsync(CancellationToken cancellationToken)
    {
        var snapshot = await _client.PostAsync<ExecuteAnswer>(
            "snapshot", "/v1/execute",
            new { pattern_id = "market_snapshot", inputs = new { series_ids = DemoData.SeriesIds, lookback = 252 } },
            answer => string.Create(CultureInfo.InvariantCulture, $"market_snapshot on {answer.Metadata.PricingPackId} in {answer.Metadata.DurationMs} ms"),
            cancellationToken);
        var stats = StatsOf(Watched, snapshot.Result.Data)
            ?? throw new DemoFailedException($"POST /v1/execute answered no statistics of {Watched}.");
        return $"market_snapshot of {Watched}: last {Number(stats, "last")}, z {Number(stats, "z")}, percentile {Number(stats, "percentile")}";
    }

    /// <summary>The first object below <paramref name="data"/> that has this series' last value.</summary>
    private static JsonElement? StatsOf(string seriesId, JsonElement data) => data.ValueKind switch
    {
        JsonValueKind.Object when data.TryGetProperty("last", out _) && data.TryGetProperty("series_id", out var id) && id.ValueEquals(seriesId) => data,
        JsonValueKind.Object => data.EnumerateObject().Select(member => StatsOf(seriesId, member.Value)).FirstOrDefault(found => found is not null),
        JsonValueKind.Array => data.EnumerateArray().Select(item => StatsOf(seriesId, item)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string Number(JsonElement stats, string name) =>
        stats.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? Math.Round(value.GetDecimal(), 2).ToString(CultureInfo.InvariantCulture)
            : "unknown";

    private static string Firings(int count) => count == 1 ? "1 alert fired" : $"{count} alerts fired";

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}
