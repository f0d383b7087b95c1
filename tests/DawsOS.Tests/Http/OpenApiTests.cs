using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Http;

public sealed partial class OpenApiTests
{
    // For people, and the document itself; not part of the API.
    private static readonly string[] Undocumented = ["/dashboard", "/openapi"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_is_in_the_document_and_nothing_else()
    {
        await using var app = await DawsApp.StartAsync();
        var document = await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token);

        var mapped = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => !Undocumented.Any(prefix => Path(endpoint).StartsWith(prefix, StringComparison.Ordinal)))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => $"{method} {Path(endpoint)}"));
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_is_made_once_whoever_asks()
    {
        var made = 0;
        await using var app = await DawsApp.StartAsync(replace: builder => builder.Services.Configure<OpenApiOptions>("v1", options =>
            options.AddDocumentTransformer((_, _, _) =>
            {
                Interlocked.Increment(ref made);
                return Task.CompletedTask;
            })));
        using var admin = await app.SignInAsync();

        var all = await Task.WhenAll(new[] { app.Http, admin, app.Http, admin }.Select(http => http.GetStringAsync("/openapi/v1.json", Token)));

        Assert.Single(all.Distinct());
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task It_says_what_a_list_can_be_asked_for()
    {
        await using var app = await DawsApp.StartAsync();
        var document = await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token);
        var paths = document.GetProperty("paths");

        Assert.Equal(["is_active", "type", "state", "limit", "offset"], Parameters(paths.GetProperty("/v1/alerts").GetProperty("get")));
        Assert.Contains("Ingest-Id", Parameters(paths.GetProperty("/v1/series/{id}/observations").GetProperty("post")));
        foreach (var path in paths.EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)))
        {
            var get = path.Value.GetProperty("get");
            var isList = get.GetProperty("responses").TryGetProperty("200", out var ok) && ok.GetRawText().Contains("/PageOf", StringComparison.Ordinal);
            Assert.Equal(isList, isList && Parameters(get).Intersect(["limit", "offset"]).Count() == 2);
        }

        static IEnumerable<string> Parameters(JsonElement operation) =>
            operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!);
    }

    [Fact]
    public async Task It_says_who_may_call_what_goes_in_and_which_problems_come_back()
    {
        await using var app = await DawsApp.StartAsync(map: web =>
            web.MapPost("/test/{id}", (string id, JsonBody<Sample> body) => body.Value.Price).RequireAuthorization(Policies.Manager));
        var document = await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token);
        var operation = document.GetProperty("paths").GetProperty("/test/{id}").GetProperty("post");
        var schemas = document.GetProperty("components").GetProperty("schemas");

        Assert.Equal("DawsOS", document.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.True(operation.GetProperty("security")[0].TryGetProperty("bearer", out _));
        Assert.False(document.GetProperty("paths").GetProperty("/health").GetProperty("get").TryGetProperty("security", out _));
        Assert.Equal(
            "#/components/schemas/Sample",
            operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        var sample = schemas.GetProperty("Sample").GetProperty("properties");
        Assert.False(schemas.GetProperty("Sample").GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("number", sample.GetProperty("unit_price").GetProperty("type").GetString());
        Assert.Equal(["null", "number"], sample.GetProperty("limit").GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal("date", sample.GetProperty("day").GetProperty("format").GetString());
        Assert.Equal("date-time", sample.GetProperty("at").GetProperty("format").GetString());
        foreach (var status in new[] { "400", "401", "403", "404", "408", "413", "415", "422", "default" })
        {
            Assert.Equal(
                "#/components/schemas/Problem",
                operation.GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty("application/problem+json")
                    .GetProperty("schema").GetProperty("$ref").GetString());
        }
        Assert.Equal(
            ["type", "title", "status", "detail", "error", "request_id", "timestamp"],
            schemas.GetProperty("Problem").GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_member_that_may_be_left_out_of_an_answer_is_not_required_and_all_others_are()
    {
        await using var app = await DawsApp.StartAsync();
        var document = await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token);
        var schemas = document.GetProperty("components").GetProperty("schemas");

        foreach (var (schema, optional) in new[]
        {
            ("UserView", "password"), ("EvaluationResponse", "firing_id"), ("FindingView", "suggestion"), ("RunProblem", "retry_after_seconds"),
            ("Check", "detail"), ("DeliveryView", null), ("SeriesSummary", null), ("NotificationView", null),
        })
        {
            var described = schemas.GetProperty(schema);
            Assert.Equal(
                described.GetProperty("properties").EnumerateObject().Select(member => member.Name).Where(name => name != optional).Order(StringComparer.Ordinal),
                described.GetProperty("required").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal));
        }
        Assert.True(schemas.GetProperty("DeliveryView").GetProperty("properties").GetProperty("attempts").TryGetProperty("items", out _));
    }

    internal sealed record Sample(decimal UnitPrice, decimal? Limit, DateOnly Day, DateTimeOffset At)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public decimal Price => UnitPrice;
    }

    // As the document writes it: no constraints, no slash at the end.
    private static string Path(RouteEndpoint endpoint) =>
        "/" + Constraint().Replace(endpoint.RoutePattern.RawText!, "{$1}").Trim('/');

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Constraint();
}
