using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>One request to a documented route, and what it is answered by an ADMIN's token.</summary>
internal sealed record OpenApiRequest(string Key, string Path, int Status, string? Body = null, string MediaType = "application/json")
{
    /// <summary>The header by which an event stream is taken up again.</summary>
    public string? LastEventId { get; init; }

    /// <summary>A token in place of the client's own, for what would end that one.</summary>
    public string? Bearer { get; init; }

    public HttpRequestMessage ToHttp(string? path = null, string? body = null, string? mediaType = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(Key.Split(' ')[0]), path ?? Path)
        {
            Content = (body ?? Body) is { } text ? new StringContent(text, Encoding.UTF8, mediaType ?? MediaType) : null,
        };
        if (Bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Bearer);
        }
        if (LastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", LastEventId);
        }
        return request;
    }
}

/// <summary>For every documented route the requests that bring its own answers; those that are alike for all routes are made from the document.</summary>
internal static class OpenApiRequests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Csv = "text/csv";
    private const string Password = DawsApp.AdminPassword;
    private const string Series = "OPENAPI";
    private const string Condition = "{\"type\":\"series\",\"series_id\":\"OPENAPI\",\"op\":\">\",\"value\":30}";

    /// <summary>Makes the rows first that they speak of, so that no list is empty.</summary>
    public static async Task<IReadOnlyList<OpenApiRequest>> MakeAsync(HttpClient admin)
    {
        var user = await IdAsync("/auth/users", $$"""{"email":"ann@example.test","password":"{{Password}}","role":"USER"}""");
        var alert = await IdAsync("/v1/alerts", $$"""{"condition_json": {{Condition}} }""");
        var gone = await IdAsync("/v1/alerts", $$"""{"condition_json": {{Condition}}, "is_active": false}""");
        await IdAsync("/v1/alerts", $$"""{"condition_json": {{Condition}} }""");
        await admin.PostCsvAsync($"DATE,{Series}\n2026-02-26,28\n2026-02-27,31.25\n");
        var notifications = (await admin.GetAsync("/v1/notifications", HttpStatusCode.OK))["notifications"];
        // Without a mail server, so they are in the dead-letter queue at once.
        var mail = $$"""{"condition_json": {{Condition}}, "channels": {"email":true} }""";
        _ = (await IdAsync("/v1/alerts", mail), await IdAsync("/v1/alerts", mail));
        var entries = (await admin.GetAsync("/v1/alerts/dlq", HttpStatusCode.OK))["items"].EnumerateArray().Select(entry => entry.GetProperty("id").GetString()).ToList();
        const string Snapshot = """{"pattern_id":"market_snapshot","inputs":{"series_ids":["OPENAPI"]}}""";
        var run = (await SendAsync("/v1/execute?mode=async", Snapshot, HttpStatusCode.Accepted))["run_id"].GetString();
        // Its events end when it has ended.
        using var events = await admin.GetAsync($"/v1/runs/{run}/events", TestContext.Current.CancellationToken);
        var lastEvent = (await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n')
            .Last(line => line.StartsWith("id:", StringComparison.Ordinal))[3..].Trim();
        var first = await LoginAsync(DawsApp.AdminEmail);
        var session = (string)ForgedToken.Read(first.GetProperty("access_token").GetString()!)["sid"]!;
        var (second, ann) = (await LoginAsync(DawsApp.AdminEmail), await LoginAsync("ann@example.test"));
        var key = await IdAsync("/auth/api-keys", """{"name":"to be revoked"}""");
        var pattern = (await admin.GetAsync("/v1/patterns/market_snapshot", HttpStatusCode.OK))["id"].GetString();
        var agent = (await admin.GetAsync("/v1/agents", HttpStatusCode.OK)).Body[0].GetProperty("name").GetString();
        return
        [
            new("GET /", "/", 200),
            new("GET /health", "/health", 200),
            new("HEAD /health", "/health", 200),
            new("GET /health/ready", "/health/ready", 200),
            new("HEAD /health/ready", "/health/ready", 200),
            new("GET /metrics", "/metrics", 200),

            new("GET /login", "/login", 200),
            new("POST /login", "/login", 303, $"email={DawsApp.AdminEmail}&password={Password}", Form),
            new("POST /login", "/login", 401, "email=nobody&password=wrong", Form),
            new("POST /login", "/login", 400, new string('x', 3000), Form),
            new("POST /logout", "/logout", 303),
            new("POST /auth/login", "/auth/login", 200, $$"""{"email":"{{DawsApp.AdminEmail}}","password":"{{Password}}"}"""),
            new("POST /auth/login", "/auth/login", 422, """{"email":null,"password":"x"}"""),
            new("POST /auth/refresh", "/auth/refresh", 200, $$"""{"refresh_token":"{{first.GetProperty("refresh_token")}}"}"""),
            new("POST /auth/refresh", "/auth/refresh", 422, """{"refresh_token":null}"""),
            new("POST /auth/logout", "/auth/logout", 422, """{"refresh_token":null}"""),
            new("POST /auth/logout", "/auth/logout", 204, $$"""{"refresh_token":"{{second.GetProperty("refresh_token")}}"}""")
            {
                Bearer = second.GetProperty("access_token").GetString(),
            },
            new("POST /auth/password", "/auth/password", 422, """{"current_password":"wrong","new_password":"short"}"""),
            new("POST /auth/password", "/auth/password", 204, $$"""{"current_password":"{{Password}}","new_password":"another horse, another battery"}""")
            {
                Bearer = ann.GetProperty("access_token").GetString(),
            },
            new("GET /auth/sessions", "/auth/sessions", 200),
            new("DELETE /auth/sessions/{id}", $"/auth/sessions/{session}", 204),
            new("POST /auth/api-keys", "/auth/api-keys", 201, """{"name":"nightly","expires_at":"2099-01-01T00:00:00Z"}"""),
            new("POST /auth/api-keys", "/auth/api-keys", 422, """{"name":""}"""),
            new("GET /auth/api-keys", "/auth/api-keys", 200),
            new("DELETE /auth/api-keys/{id}", $"/auth/api-keys/{key}", 204),
            new("GET /v1/audit", "/v1/audit?action=create_user", 200),
            new("GET /auth/me", "/auth/me", 200),
            new("GET /auth/permissions", "/auth/permissions", 200),
            new("GET /auth/users", "/auth/users", 200),
            new("POST /auth/users", "/auth/users", 201, """{"email":"bob@example.test","role":"VIEWER"}"""),
            new("POST /auth/users", "/auth/users", 422, """{"email":"bob","role":"KING"}"""),
            new("PATCH /auth/users/{id}", $"/auth/users/{user}", 200, """{"role":"MANAGER"}"""),
            new("PATCH /auth/users/{id}", $"/auth/users/{user}", 422, """{"role":"KING"}"""),

            new("GET /v1/series", "/v1/series", 200),
            new("GET /v1/series/{id}", $"/v1/series/{Series}?order=desc", 200),
            new("POST /v1/series/{id}/observations", $"/v1/series/{Series}/observations", 200, """{"observations":[{"date":"2026-02-27","value":31.5}]}"""),
            new("POST /v1/series/{id}/observations", $"/v1/series/{Series}/observations", 422, """{"observations":[]}"""),
            new("POST /v1/series/import", "/v1/series/import", 200, $"DATE,{Series},OTHER\n2026-02-25,1,2\n", Csv),
            new("POST /v1/series/import", "/v1/series/import", 422, $"DATE,{Series}\nnever,1\n", Csv),

            new("POST /v1/alerts", "/v1/alerts", 201, $$"""{"condition_json": {{Condition}}, "channels": {"inapp":true} }"""),
            new("POST /v1/alerts", "/v1/alerts", 422, """{"condition_json":{"type":"weather"}}"""),
            new("GET /v1/alerts", "/v1/alerts?is_active=true", 200),
            new("GET /v1/alerts/{id}", $"/v1/alerts/{alert}", 200),
            new("PATCH /v1/alerts/{id}", $"/v1/alerts/{alert}", 200, """{"name":"Renamed"}"""),
            new("PATCH /v1/alerts/{id}", $"/v1/alerts/{alert}", 422, """{"cooldown_hours":-1}"""),
            new("DELETE /v1/alerts/{id}", $"/v1/alerts/{gone}", 204),
            new("POST /v1/alerts/{id}/test", $"/v1/alerts/{alert}/test", 200),
            new("POST /v1/alerts/{id}/evaluate", $"/v1/alerts/{alert}/evaluate", 200),
            new("GET /v1/alerts/{id}/deliveries", $"/v1/alerts/{alert}/deliveries", 200),
            new("GET /v1/alerts/dlq", "/v1/alerts/dlq?status=dead&channel=email&class=misconfigured", 200),
            new("POST /v1/alerts/dlq/{id}/redrive", $"/v1/alerts/dlq/{entries[0]}/redrive", 200),
            new("DELETE /v1/alerts/dlq/{id}", $"/v1/alerts/dlq/{entries[1]}", 204),
            new("GET /v1/deliveries", "/v1/deliveries?channel=inapp", 200),
            new("GET /v1/notifications", "/v1/notifications", 200),
            new("PATCH /v1/notifications/{id}/read", $"/v1/notifications/{notifications[0].GetProperty("id")}/read", 200),
            new("POST /v1/notifications/mark-all-read", "/v1/notifications/mark-all-read", 204),
            new("DELETE /v1/notifications/{id}", $"/v1/notifications/{notifications[1].GetProperty("id")}", 204),
            new("GET /v1/notifications/stream", "/v1/notifications/stream", 200),
            new("GET /v1/me/channels", "/v1/me/channels", 200),
            new("PUT /v1/me/channels", "/v1/me/channels", 200, """{"time_zone":"America/New_York","email":{"address":null,"enabled":false}}"""),
            new("PUT /v1/me/channels", "/v1/me/channels", 422, """{"time_zone":"Nowhere","webhook":{}}"""),

            new("POST /v1/execute", "/v1/execute", 200, Snapshot),
            new("POST /v1/execute", "/v1/execute?mode=async", 202, Snapshot),
            new("POST /v1/execute", "/v1/execute", 422, """{"pattern_id":"market_snapshot","inputs":{"series_ids":7}}"""),
            new("GET /v1/patterns", "/v1/patterns", 200),
            new("GET /v1/patterns/{id}", $"/v1/patterns/{pattern}", 200),
            new("GET /v1/patterns/schema.json", "/v1/patterns/schema.json", 200),
            new("POST /v1/patterns/validate", "/v1/patterns/validate", 200, Definition("macro.get_series")),
            new("POST /v1/patterns/validate", "/v1/patterns/validate", 422, Definition("macro.get_serie")),
            new("POST /v1/patterns/validate", "/v1/patterns/validate", 422, "{"),
            new("GET /v1/runs", "/v1/runs?pattern_id=market_snapshot", 200),
            new("GET /v1/runs/{id}", $"/v1/runs/{run}", 200),
            new("GET /v1/runs/{id}/events", $"/v1/runs/{run}/events", 200),
            new("GET /v1/runs/{id}/events", $"/v1/runs/{run}/events", 204) { LastEventId = lastEvent },
            new("DELETE /v1/runs/{id}", $"/v1/runs/{run}", 200),
            new("GET /v1/agents", "/v1/agents", 200),
            new("POST /v1/agents/{name}/reset", $"/v1/agents/{agent}/reset", 200),
        ];

        async Task<JsonElement> LoginAsync(string email) =>
            (await SendAsync("/auth/login", $$"""{"email":"{{email}}","password":"{{Password}}"}""", HttpStatusCode.OK)).Body;
        async Task<string> IdAsync(string path, string body) => (await SendAsync(path, body, HttpStatusCode.Created))["id"].GetString()!;
        Task<Answer> SendAsync(string path, string body, HttpStatusCode expected) =>
            JsonHttp.SendAsync(admin, HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), expected);
    }

    private static string Definition(string capability) => $$$"""
        {"id":"mine","name":"Mine","inputs":{"series_ids":{"type":"array","required":true}},
         "steps":[{"capability":"{{{capability}}}","args":{"series_ids":"{{inputs.series_ids}}"},"as":"series"}],"outputs":["series"]}
        """;
}
