using System.Net;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Alerts;

/// <summary>A new user with a series of their own on a running program, and what they do with it over HTTP.</summary>
internal sealed class AlertScenario(DawsApp app, HttpClient http) : IDisposable
{
    private int _days;

    public DawsApp App { get; } = app;

    public HttpClient Http { get; private set; } = http;

    /// <summary>This test's own series.</summary>
    public string Series { get; } = $"S{Guid.CreateVersion7():N}";

    /// <summary>The user may ingest too.</summary>
    public static async Task<AlertScenario> NewAsync(DawsApp app) => new(app, await app.SignInAsNewAsync("MANAGER"));

    public async Task<JsonElement> CreateAsync(
        decimal above = 30, decimal cooldownHours = 24, bool isActive = true, string op = ">", string? series = null, string? name = null)
    {
        var answer = await Http.CallAsync(
            "/v1/alerts",
            new { condition_json = new { type = "series", series_id = series ?? Series, op, value = above }, cooldown_hours = cooldownHours, is_active = isActive, name },
            HttpStatusCode.Created);
        return answer.Body;
    }

    /// <summary>An alert of any kind.</summary>
    public async Task<JsonElement> CreateAsync(object alert) => (await Http.CallAsync("/v1/alerts", alert, HttpStatusCode.Created)).Body;

    /// <summary>One ingest of one value on the next date; dates start well in the past.</summary>
    public Task<Answer> ObserveAsync(decimal value, string? ingestId = null) =>
        IngestAsync([new { date = Date(_days++), value }], ingestId: ingestId);

    public Task<Answer> IngestAsync(object[] observations, HttpStatusCode expected = HttpStatusCode.OK, string? ingestId = null, string? series = null) =>
        Http.CallAsync($"/v1/series/{series ?? Series}/observations", new { observations }, expected, ingestId);

    public static string Date(int days) => new DateOnly(2025, 1, 1).AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Moves the clock, signs in again (tokens are short-lived) and lets the loop do what is due.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        App.Clock.Advance(time);
        await App.WakeAsync();
        await App.SendAsync();
        Http = await App.SignInAgainAsync(Http);
    }

    public Task AdvanceToAsync(DateTimeOffset instant) => AdvanceAsync(instant - App.Clock.GetUtcNow());

    public async Task<JsonElement[]> NotificationsAsync() =>
        [.. (await Http.GetAsync("/v1/notifications", HttpStatusCode.OK))["notifications"].EnumerateArray()];

    public async Task<JsonElement[]> DeliveriesAsync(JsonElement alert) =>
        [.. (await Http.GetAsync($"/v1/alerts/{Id(alert)}/deliveries", HttpStatusCode.OK))["items"].EnumerateArray()];

    public async Task<string> EvaluateAsync(JsonElement alert) =>
        (await Http.CallAsync($"/v1/alerts/{Id(alert)}/evaluate", null))["outcome"].GetString()!;

    public async Task<JsonElement> ReadAsync(JsonElement alert) => (await Http.GetAsync($"/v1/alerts/{Id(alert)}", HttpStatusCode.OK)).Body;

    /// <summary>The user's own id.</summary>
    public async Task<string> ReadIdAsync() => (await Http.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetString()!;

    /// <summary>What gates stopped of the alert's firings, in the order of their windows.</summary>
    public Task<Suppressed[]> SuppressionsAsync(JsonElement alert) => App.RowsAsync<Suppressed>(
        "SELECT reason, window_start, first_at, last_at, count FROM alert_suppressions WHERE alert_id = @id ORDER BY window_start, reason", new { id = Guid.Parse(Id(alert)) });

    /// <summary>All that is stored about the alert, as text.</summary>
    public async Task<string> StoredAsync(JsonElement alert)
    {
        var text = new List<string>();
        foreach (var table in new[] { "alerts", "alert_versions", "firings", "alert_deliveries", "notifications", "alert_suppressions" })
        {
            var key = table == "alerts" ? "id" : "alert_id";
            var rows = await App.RowsAsync<dynamic>($"SELECT * FROM {table} WHERE {key} = @id", new { id = Guid.Parse(Id(alert)) });
            text.AddRange(rows.Select(row => $"{table}: {row}").Order(StringComparer.Ordinal));
        }
        return string.Join('\n', text);
    }

    /// <summary>delivery.md §7 for this user: what the ledger calls told in-app is what there is to read, and nothing else.</summary>
    public async Task BalanceAsync()
    {
        var id = Guid.Parse(await ReadIdAsync());
        var accepted = await App.RowsAsync<Guid>("SELECT id FROM alert_deliveries WHERE user_id = @id AND channel = 'inapp' AND status <> 'suppressed' ORDER BY id", new { id });
        var told = await App.RowsAsync<Guid>("SELECT delivery_id FROM notifications WHERE user_id = @id AND delivery_id IS NOT NULL ORDER BY delivery_id", new { id });
        Assert.Equal(accepted, told);
    }

    public static string Id(JsonElement row) => row.GetProperty("id").GetString()!;

    public void Dispose() => Http.Dispose();
}

/// <summary>One row of what a gate stopped.</summary>
internal sealed record Suppressed
{
    public string Reason { get; init; } = "";

    public DateTimeOffset WindowStart { get; init; }

    public DateTimeOffset FirstAt { get; init; }

    public DateTimeOffset LastAt { get; init; }

    public int Count { get; init; }
}
