using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using DawsOS.Harness;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

/// <summary>One user asks for another's rows by their ids, at every place that takes one: they are not there, as if they did not exist.</summary>
public abstract class ForeignIdTests(AccountsApp fixture)
{
    // A hundred of each in the long run.
    private static readonly int Rows = LongRun.Trials is null ? 4 : 100;

    // Routes with an id: of which rows, and a body where one is wanted. Of null the id is nobody's own, or an ADMIN's business.
    private static readonly Dictionary<string, (string Of, string? Body)?> Routes = new()
    {
        ["GET /v1/alerts/{id}"] = ("alert", null),
        ["PATCH /v1/alerts/{id}"] = ("alert", """{"name":"stolen"}"""),
        ["DELETE /v1/alerts/{id}"] = ("alert", null),
        ["POST /v1/alerts/{id}/test"] = ("alert", null),
        ["POST /v1/alerts/{id}/evaluate"] = ("alert", null),
        ["GET /v1/alerts/{id}/deliveries"] = ("alert", null),
        ["PATCH /v1/notifications/{id}/read"] = ("notification", null),
        ["DELETE /v1/notifications/{id}"] = ("notification", null),
        ["GET /v1/runs/{id}"] = ("run", null),
        ["DELETE /v1/runs/{id}"] = ("run", null),
        ["GET /v1/runs/{id}/events"] = ("run", null),
        ["DELETE /auth/sessions/{id}"] = ("session", null),
        ["DELETE /auth/api-keys/{id}"] = ("key", null),
        ["PATCH /auth/users/{id}"] = null,
        ["POST /v1/alerts/dlq/{id}/redrive"] = null,
        ["DELETE /v1/alerts/dlq/{id}"] = null,
        ["GET /v1/series/{id}"] = null,
        ["POST /v1/series/{id}/observations"] = null,
        ["GET /v1/patterns/{id}"] = null,
        ["POST /v1/agents/{name}/reset"] = null,
    };

    // Ids inside bodies and series ids.
    private static readonly (string Method, string Path, string? Body)[] Nested =
    [
        ("POST", "/v1/alerts", """{"condition_json":{"type":"metric","portfolio_id":"ID","metric":"twr_1d","op":"<","value":0}}"""),
        ("POST", "/v1/alerts", """{"condition_json":{"type":"dar_breach","portfolio_id":"ID"}}"""),
        ("POST", "/v1/alerts", """{"condition_json":{"type":"drawdown_limit","portfolio_id":"ID"}}"""),
        ("POST", "/v1/alerts", """{"condition_json":{"type":"regime_shift","portfolio_id":"ID"}}"""),
        ("POST", "/v1/alerts", """{"condition_json":{"type":"any","of":[{"type":"macro","entity":"VIX","op":">","value":1},{"type":"all","of":[{"type":"drawdown_limit","portfolio_id":"ID"}]}]}}"""),
        ("POST", "/v1/alerts", """{"condition_json":{"type":"series","series_id":"metric:ID:twr_1d","op":"<","value":0}}"""),
        ("POST", "/v1/alerts", """{"condition_json":{"type":"series","series_id":"dar:ID:0.95:30","op":"<","value":0}}"""),
        ("PATCH", "/v1/alerts/OWN", """{"condition_json":{"type":"drawdown_limit","portfolio_id":"ID"}}"""),
        ("POST", "/v1/execute", """{"pattern_id":"market_snapshot","portfolio_id":"ID","inputs":{"series_ids":["VIX"]}}"""),
        ("POST", "/v1/execute", """{"pattern_id":"market_snapshot","inputs":{"series_ids":["metric:ID:twr_1d"]}}"""),
        ("POST", "/v1/execute?mode=async", """{"pattern_id":"market_snapshot","portfolio_id":"ID","inputs":{"series_ids":["VIX"]}}"""),
        ("GET", "/v1/series/metric:ID:twr_1d", null),
        ("GET", "/v1/series/dar:ID:0.95:30", null),
    ];

    private static readonly string[] Filters =
        ["/v1/alerts", "/v1/deliveries", "/v1/notifications", "/v1/runs", "/v1/audit", "/v1/series", "/auth/sessions", "/auth/api-keys", "/auth/me", "/v1/me/channels"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_route_with_an_id_is_forgotten_here()
    {
        var app = await fixture.StartedAsync();
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.Parameters.Count > 0 && !route.RoutePattern.RawText!.Contains("dashboard", StringComparison.Ordinal) && !route.RoutePattern.RawText.Contains("openapi", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} /{route.RoutePattern.RawText!.Trim('/')}"));

        Assert.Equal(Routes.Keys.Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_anothers_is_not_there_and_stays_as_it_is()
    {
        var app = await fixture.StartedAsync();
        var foreign = await ForeignRows.MakeAsync(app, Rows);
        using var user = await app.SignInAsNewAsync("MANAGER");
        var own = (await user.CallAsync("/v1/alerts", new { condition_json = new { type = "macro", entity = "VIX", op = ">", value = 1 } }, HttpStatusCode.Created))["id"].GetString()!;
        var before = await foreign.StateAsync();
        List<string> leaks = [];
        var attempts = 0;
        foreach (var (route, asked) in Routes.Where(route => route.Value is not null).Select(route => (route.Key, route.Value!.Value)))
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
            foreach (var id in foreign.Ids[asked.Of])
            {
                await TryAsync(method, path.Replace("{id}", "ID", StringComparison.Ordinal), asked.Body, id);
            }
        }
        foreach (var (method, path, body) in Nested)
        {
            foreach (var id in foreign.Ids["portfolio"])
            {
                await TryAsync(method, path.Replace("OWN", own, StringComparison.Ordinal), body, id);
            }
        }

        Assert.True(leaks.Count == 0, $"{leaks.Count} of {attempts}:\n{string.Join('\n', leaks.Take(20))}");
        Assert.True(attempts >= Rows * (Routes.Values.Count(route => route is not null) + Nested.Length));
        Assert.Equal(before, await foreign.StateAsync());

        // The same answer as for an id that nobody has, apart from what every answer has of its own.
        async Task TryAsync(string method, string path, string? body, string id)
        {
            attempts++;
            var (foreignStatus, foreignText) = await SendAsync(user, method, path, body, id);
            var unknown = $"{Guid.CreateVersion7()}";
            var (unknownStatus, unknownText) = await SendAsync(user, method, path, body, unknown);
            if (foreignStatus != HttpStatusCode.NotFound || (foreignStatus, foreignText) != (unknownStatus, unknownText))
            {
                leaks.Add($"{method} {path} {body}: {(int)foreignStatus} {foreignText} / {(int)unknownStatus} {unknownText}");
            }
        }
    }

    [Fact]
    public async Task No_list_shows_anothers_rows_whatever_its_filter_says()
    {
        var app = await fixture.StartedAsync();
        var foreign = await ForeignRows.MakeAsync(app, 2);
        var owner = (await foreign.Owner.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetString();
        using var user = await app.SignInAsNewAsync("MANAGER");
        var marks = foreign.Ids.Values.SelectMany(ids => ids).Append(foreign.Owner.DefaultRequestHeaders.From!).Append(owner).ToList();

        foreach (var list in Filters)
        {
            foreach (var query in new[] { "", $"?user_id={owner}", $"?alert_id={foreign.Ids["alert"][0]}", "?limit=1000" })
            {
                using var response = await user.GetAsync(list + query, Token);
                var text = await response.Content.ReadAsStringAsync(Token);
                Assert.All(marks, mark => Assert.DoesNotContain(mark!, text, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Anothers_key_of_a_run_finds_no_run()
    {
        var app = await fixture.StartedAsync();
        var foreign = await ForeignRows.MakeAsync(app, 1);
        using var user = await app.SignInAsNewAsync("MANAGER");
        const string Body = """{"pattern_id":"market_snapshot","inputs":{"series_ids":["VIX"]}}""";

        var theirs = await KeyedAsync(foreign.Owner);
        var mine = await KeyedAsync(user);

        Assert.NotEqual(theirs, mine);

        static async Task<string?> KeyedAsync(HttpClient client) => (await JsonHttp.SendAsync(
            client, HttpMethod.Post, "/v1/execute", new StringContent(Body, Encoding.UTF8, "application/json"), HttpStatusCode.OK, key: "the-same-key"))
            ["metadata"].GetProperty("run_id").GetString();
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient user, string method, string path, string? body, string id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("ID", id, StringComparison.Ordinal));
        if (body is not null)
        {
            request.Content = new StringContent(body.Replace("ID", id, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        }
        using var response = await user.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = JsonNode.Parse(text)!.AsObject();
            problem.Remove("request_id");
            problem.Remove("timestamp");
            text = problem.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }
        return (response.StatusCode, text.Replace(id, "ID", StringComparison.Ordinal));
    }
}

public sealed class ForeignIdOnSqliteTests(SqliteApp app) : ForeignIdTests(app), IClassFixture<SqliteApp>;

public sealed class ForeignIdOnPostgresTests(PostgresApp app) : ForeignIdTests(app), IClassFixture<PostgresApp>;
