using System.Globalization;
using System.Text.Json;

namespace DawsOS.Demo;

/// <summary>
/// The story, told over HTTP only, as any client could: history, alert, observations that cross it, notification and mail, a mail server that is away,
/// snapshot.
/// </summary>
/// <param name="http">At the front door.</param>
/// <param name="sink">The mail server that the program sends to; null = a real one, which is not stopped.</param>
/// <param name="output">Where the story is printed.</param>
/// <param name="clock">For latencies and limits.</param>
internal sealed class DemoScript(HttpClient http, MailSink? sink, TextWriter output, TimeProvider clock)
{
    private const string Watched = "VIXCLS";
    private const decimal Threshold = 30;
    private readonly DemoClient _client = new(http, output, clock);
    private readonly DemoChannels _channels = new(new DemoClient(http, output, clock), sink, clock);

    /// <returns>When a mail that failed is tried again; null = none failed.</returns>
    /// <exception cref="DemoFailedException">A step failed, or something that is promised was not seen.</exception>
    public async Task<DateTimeOffset?> RunAsync(string email, string password, CancellationToken cancellationToken)
    {
        await SignInAsync(email, password, cancellationToken);
        await ImportHistoryAsync(cancellationToken);
        var alert = await CreateAlertAsync($"VIX above {Threshold}", "VIX", Threshold, cancellationToken);
        List<DemoFiring> firings = [await ReplayAsync(alert, cancellationToken)];
        if (sink is not null)
        {
            firings.Add(await WithoutMailServerAsync(sink, cancellationToken));
        }
        var snapshot = await SnapshotAsync(cancellationToken);

        output.WriteLine();
        DemoTable.Write(output, DemoFiring.Head, [.. firings.Select(firing => firing.Row())]);
        output.WriteLine($"Times count from sending the observation: in-app to having read the notification back over HTTP, email to {(sink is null
            ? "reading that the mail server took it" : "the mail server having the mail")}.");
        output.WriteLine();
        output.WriteLine(snapshot);
        return firings[^1].RetryAt;
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

    private Task<AlertAnswer> CreateAlertAsync(string name, string entity, decimal threshold, CancellationToken cancellationToken) =>
        _client.PostAsync<AlertAnswer>(
            "alert", "/v1/alerts",
            new { name, condition_json = new { type = "macro", entity, op = ">", value = threshold }, channels = new { inapp = true, email = true } },
            answer => $"'{answer.Name}' is {answer.State}, by inapp and email", cancellationToken);

    private async Task<DemoFiring> ReplayAsync(AlertAnswer alert, CancellationToken cancellationToken)
    {
        DemoFiring? firing = null;
        foreach (var (date, value) in DemoData.Replay())
        {
            var sent = clock.GetTimestamp();
            if (await ObserveAsync(Watched, date, value, cancellationToken) > 0 && firing is null)
            {
                firing = await _channels.BothAsync(alert, sent, cancellationToken);
            }
        }
        return firing ?? throw new DemoFailedException($"No observation above {Threshold} fired the alert.");
    }

    private async Task<DemoFiring> WithoutMailServerAsync(MailSink stopped, CancellationToken cancellationToken)
    {
        var alert = await CreateAlertAsync("10-year yield above 4.5", "DGS10", 4.5m, cancellationToken);
        await stopped.StopAsync();
        _client.Print("mail server", "stopped: whoever connects is refused");
        var sent = clock.GetTimestamp();
        return await ObserveAsync("DGS10", "2025-02-25", 4.62m, cancellationToken) > 0
            ? await _channels.InappOnlyAsync(alert, sent, cancellationToken)
            : throw new DemoFailedException("No observation above 4.5 fired the second alert.");
    }

    private async Task<int> ObserveAsync(string series, string date, decimal value, CancellationToken cancellationToken)
    {
        var ingest = await _client.PostAsync<IngestAnswer>(
            "observation", $"/v1/series/{series}/observations", new { observations = new[] { new { date, value } } },
            answer => string.Create(CultureInfo.InvariantCulture, $"{date}: {value}, {Firings(answer.AlertsFired)}"), cancellationToken);
        return ingest.AlertsFired;
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
}
