using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using DawsOS.Harness;
using DawsOS.Http;
using DawsOS.Patterns;
using DawsOS.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Attacks;

/// <summary>User A tries the ids of user B wherever a request can hold one: nothing is told, nothing changes, and no answer shows that there is such a row.</summary>
public sealed class IdorTests
{
    // As it is written, and as other programs write it. What only one of them takes must not open there either.
    private static readonly Func<string, string>[] Spellings = [id => id, id => id.ToUpperInvariant(), id => id.Replace("-", "", StringComparison.Ordinal), id => $" {id}"];

    private static int Rows => LongRun.Trials is null ? 3 : 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "MANAGER")]
    [InlineData(false, "ADMIN")]
    [InlineData(true, "MANAGER")]
    [InlineData(true, "ADMIN")]
    public async Task What_is_someone_elses_is_as_if_it_were_not_there(bool onPostgres, string role)
    {
        await using var app = await StartAsync(onPostgres ? Dialect.Postgres : Dialect.Sqlite);
        using var admin = await app.SignInAsync();
        using var attacker = await app.SignInAsNewAsync(role);
        var victim = await Victim.MakeAsync(app, admin, Rows);
        var attempts = IdAttempts.Make(await IdAttempts.OwnAlertAsync(attacker)).Where(attempt => role != "ADMIN" || attempt.OfAdmin).ToList();
        await victim.OpensAsync(app, attempts);
        var before = await victim.RowsAsync(app);
        List<string> leaks = [];
        var count = 0;
        foreach (var (attempt, spell) in attempts.SelectMany(attempt => Spellings.Select(spelling => (attempt, spelling))))
        {
            var nobodys = await SendAsync(attacker, attempt, spell($"{Guid.CreateVersion7():D}"));
            var isPlain = spell == Spellings[0];
            for (var n = 0; n < Rows; n++)
            {
                var foreign = await SendAsync(attacker, attempt, spell(victim.Id(attempt.Kind, n)));
                count++;
                if (foreign != nobodys || (isPlain && foreign.Status != attempt.Status) || foreign.Text.Contains(Victim.Mark, StringComparison.OrdinalIgnoreCase))
                {
                    leaks.Add($"{attempt} spelt {spell("ID")}: {foreign} instead of {nobodys}");
                }
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} attempts by {role}, {leaks.Count} leaks"));

        Assert.Empty(leaks);
        Assert.Equal(before, await victim.RowsAsync(app));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_list_shows_anything_of_someone_else(bool onPostgres)
    {
        await using var app = await StartAsync(onPostgres ? Dialect.Postgres : Dialect.Sqlite);
        using var admin = await app.SignInAsync();
        using var attacker = await app.SignInAsNewAsync("MANAGER");
        var victim = await Victim.MakeAsync(app, admin, 3);
        var lists = (await OpenApiContract.ReadAsync(app)).Operations
            .Where(operation => operation.Method == "GET" && !operation.Path.Contains('{', StringComparison.Ordinal) && !operation.Path.EndsWith("/stream", StringComparison.Ordinal));

        List<string> leaks = [];
        foreach (var list in lists)
        {
            using var response = await attacker.GetAsync($"{list.Path}?limit=1000", Token);
            var text = await response.Content.ReadAsStringAsync(Token);
            leaks.AddRange(victim.AllIds.Append(Victim.Mark).Where(id => text.Contains(id, StringComparison.OrdinalIgnoreCase)).Select(id => $"{list.Key}: {id}"));
        }

        Assert.Empty(leaks);
    }

    [Fact]
    public async Task A_key_of_someone_else_is_another_key()
    {
        await using var app = await StartAsync(Dialect.Sqlite);
        using var victim = await app.SignInAsNewAsync("MANAGER");
        using var attacker = await app.SignInAsNewAsync("MANAGER");
        await victim.CallAsync("/v1/series/EARLIER/observations", new { observations = new[] { new { date = "2026-02-26", value = 1 } } });
        // By the same user another run under the same key would be a conflict.
        var (hers, his) = (await RunAsync(victim, "hers"), await RunAsync(attacker, "his"));
        var (first, second) = (await IngestAsync(victim, 1), await IngestAsync(attacker, 2));
        var (firstImport, secondImport) = (await ImportAsync(victim, 3), await ImportAsync(attacker, 4));

        Assert.NotEqual(hers, his);
        Assert.Equal([(1, 0), (0, 1)], new[] { first, second }.Select(answer => (answer["inserted"].GetInt32(), answer["updated"].GetInt32())));
        Assert.Equal([0, 0], new[] { firstImport, secondImport }.Select(answer => answer["series"][0].GetProperty("unchanged").GetInt32()));

        static async Task<string?> RunAsync(HttpClient http, string v) => (await JsonHttp.SendAsync(
            http, HttpMethod.Post, "/v1/execute?mode=async", JsonContent.Create(new { pattern_id = "t_any", inputs = new { v } }), HttpStatusCode.Accepted, key: "the-key"))["run_id"].GetString();
        static Task<Answer> IngestAsync(HttpClient http, int value) =>
            http.CallAsync("/v1/series/KEYED/observations", new { observations = new[] { new { date = "2026-02-26", value } } }, ingestId: "the-id");
        static Task<Answer> ImportAsync(HttpClient http, int value) => JsonHttp.SendAsync(
            http, HttpMethod.Post, "/v1/series/import", new StringContent($"DATE,KEYED\n2026-02-26,{value}\n", Encoding.UTF8, "text/csv"), HttpStatusCode.OK, "the-import");
    }

    [Fact]
    public async Task Every_place_for_an_id_is_tried()
    {
        await using var app = await StartAsync(Dialect.Sqlite);

        Assert.Equal([], await UntriedAsync(app));
        Assert.Equal([], (await PlacesAsync(app)) is var places ? Tried.Except(places) : []);
    }

    [Fact]
    public async Task A_new_place_for_an_id_is_found()
    {
        await using var app = await StartAsync(Dialect.Sqlite, web =>
        {
            web.MapGet("/test/{id}", (string id) => id);
            web.MapPost("/test", (JsonBody<Nested> body) => body.Value.Of.Count);
        });

        Assert.Equal(["GET /test/{id} path id", "POST /test body /of/0/portfolio_id", "POST /test body /of/0/raw"], (await UntriedAsync(app)).Order(StringComparer.Ordinal));
    }

    internal sealed record Nested(IReadOnlyList<Inner> Of);

    internal sealed record Inner(string PortfolioId, JsonElement Raw, string Name);

    private static IEnumerable<string> Tried => [.. IdAttempts.Make("x").Select(attempt => attempt.Place), .. IdAttempts.Keys, .. IdAttempts.Nobodys.Keys];

    private static async Task<IEnumerable<string>> UntriedAsync(DawsApp app) => (await PlacesAsync(app)).Except(Tried);

    private static async Task<IEnumerable<string>> PlacesAsync(DawsApp app)
    {
        var places = new IdPlaces(await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Token));
        return [.. (await OpenApiContract.ReadAsync(app)).Operations.SelectMany(places.Of)];
    }

    private static Task<DawsApp> StartAsync(Dialect dialect, Action<WebApplication>? map = null) => DawsApp.StartAsync(
        dialect, new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true" },
        builder => builder.Services.AddSingleton(new PatternFile("t_any.json", Encoding.UTF8.GetBytes(IdAttempts.AnyPattern))), map);

    // What differs from request to request is left out, and the id that was asked for.
    private static async Task<(int Status, string Text)> SendAsync(HttpClient http, IdAttempt attempt, string id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(attempt.Method), attempt.Path.Replace("ID", Uri.EscapeDataString(id), StringComparison.Ordinal))
        {
            Content = attempt.Body is { } body ? new StringContent(body.Replace("ID", id, StringComparison.Ordinal), Encoding.UTF8, attempt.MediaType) : null,
        };
        using var response = await http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        if (response.IsSuccessStatusCode && attempt.Path == "/v1/execute")
        {
            return ((int)response.StatusCode, text.Contains(Victim.Mark, StringComparison.Ordinal) ? text : "a run");
        }
        if (text.Length > 0)
        {
            var answer = JsonNode.Parse(text)!.AsObject();
            answer.Remove("request_id");
            answer.Remove("timestamp");
            text = answer.ToJsonString();
        }
        return ((int)response.StatusCode, text.Replace(id, "ID", StringComparison.Ordinal));
    }
}
