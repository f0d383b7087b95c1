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

    public static string Id(JsonElement row) => row.GetProperty("id").GetString()!;

    public void Dispose() => Http.Dispose();
}
