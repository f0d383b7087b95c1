using System.Net;

using Dapper;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>What is refused before a step runs, and in which order.</summary>
public sealed class ExecuteGateTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    [Fact]
    public async Task Every_wrong_input_is_named_with_a_pointer()
    {
        var answer = await fixture.ExecuteAsync(
            new { pattern_id = "market_snapshot", inputs = new { series_ids = new object[] { "OK", "not ok", 7 }, lookback = "252", more = 1 } },
            HttpStatusCode.UnprocessableEntity);

        Assert.Equal("pattern_invalid", answer.Error);
        Assert.Equal(["/inputs/more", "/inputs/lookback", "/inputs/series_ids/1", "/inputs/series_ids/2"], answer.Pointers);
    }

    [Theory]
    [InlineData("""{"pattern_id":"nope"}""", 404, "pattern_not_found")]
    [InlineData("""{"pattern_id":"../etc/passwd"}""", 404, "pattern_not_found")]
    [InlineData("""{"pattern_id":"market_snapshot","inputs":[]}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"market_snapshot","inputs":null}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"market_snapshot","inputs":{}}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"market_snapshot","inputs":{"series_ids":[]}}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"market_snapshot","inputs":{"series_ids":["A"],"series_ids":["B"]}}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"market_snapshot","inputs":{"series_ids":["A"],"lookback":1e400}}""", 422, "validation_failed")]
    [InlineData("""{"pattern_id":"t_echo","inputs":{"v":"\ud800"}}""", 422, "validation_failed")]
    [InlineData("""{"pattern_id":"t_echo","asof_date":"2026-02-30"}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"t_echo","portfolio_id":"1"}""", 422, "pattern_invalid")]
    [InlineData("""{"pattern_id":"t_echo","asof_date":"0001-01-01"}""", 503, "pricing_pack_not_found")]
    [InlineData("""{"pattern_id":"t_echo","pack":"x"}""", 400, "unknown_member")]
    [InlineData("""{"inputs":{}}""", 422, "validation_failed")]
    public async Task A_request_that_cannot_run_gets_its_code(string body, int status, string error) =>
        Assert.Equal(error, (await JsonHttp.SendAsync(
            fixture.Http, HttpMethod.Post, "/v1/execute", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), (HttpStatusCode)status)).Error);

    [Fact]
    public async Task Only_the_owner_and_an_admin_may_name_a_portfolio_and_nobody_one_that_is_not_there()
    {
        await fixture.IngestAsync(2011, 1m);
        using var owner = await fixture.App.SignInAsNewAsync("USER");
        using var stranger = await fixture.App.SignInAsNewAsync("USER");
        var ownerId = (await owner.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
        var portfolio = await InsertPortfolioAsync(ownerId);

        foreach (var body in new object[] { new { pattern_id = "t_echo", portfolio_id = portfolio }, new { pattern_id = "t_echo", inputs = new { portfolio_id = portfolio } } })
        {
            await owner.CallAsync("/v1/execute", body);
            await fixture.ExecuteAsync(body);
            Assert.Equal("not_found", (await stranger.CallAsync("/v1/execute", body, HttpStatusCode.NotFound)).Error);
        }
        var unknown = new { pattern_id = "t_echo", portfolio_id = Guid.CreateVersion7() };
        Assert.Equal("not_found", (await fixture.ExecuteAsync(unknown, HttpStatusCode.NotFound)).Error);
    }

    [Fact]
    public async Task Another_users_portfolio_passes_under_no_name()
    {
        await fixture.IngestAsync(2012, 1m);
        using var owner = await fixture.App.SignInAsNewAsync("USER");
        using var stranger = await fixture.App.SignInAsNewAsync("USER");
        var portfolio = await InsertPortfolioAsync((await owner.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid());

        foreach (var inputs in new object[] { new { v = portfolio }, new { o = new { portfolio_ids = new[] { portfolio } } }, new { o = new { benchmark_portfolio_id = portfolio } } })
        {
            await owner.CallAsync("/v1/execute", new { pattern_id = "t_any", inputs });
            await fixture.ExecuteAsync(new { pattern_id = "t_any", inputs });
            Assert.Equal("not_found", (await stranger.CallAsync("/v1/execute", new { pattern_id = "t_any", inputs }, HttpStatusCode.NotFound)).Error);
        }
        await stranger.CallAsync("/v1/execute", new { pattern_id = "t_any", inputs = new { v = Guid.CreateVersion7() } });
        var unknown = new { pattern_id = "t_any", inputs = new { o = new { portfolio_ids = new[] { Guid.CreateVersion7() } } } };
        await stranger.CallAsync("/v1/execute", unknown, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_several_faults_the_first_gate_speaks()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true" }, replace: builder =>
            builder.Services.AddSingleton(new PatternFile("p.json", """
                {"id":"p","name":"P","rights_required":["export_data"],"inputs":{"portfolio_id":{"type":"uuid"},"n":{"type":"integer"}},
                 "steps":[{"capability":"t.null","as":"v"}],"outputs":["v"]}
                """u8.ToArray())));
        using var user = await app.SignInAsNewAsync("USER");
        using var admin = await app.SignInAsync();
        var portfolio = Guid.CreateVersion7();

        Assert.Equal("pattern_not_found", (await user.CallAsync("/v1/execute", new { pattern_id = "q", inputs = new { n = "x", portfolio_id = portfolio } }, HttpStatusCode.NotFound)).Error);
        Assert.Equal("pattern_invalid", (await user.CallAsync("/v1/execute", new { pattern_id = "p", inputs = new { n = "x", portfolio_id = portfolio } }, HttpStatusCode.UnprocessableEntity)).Error);
        Assert.Equal("pricing_pack_not_found", (await user.CallAsync("/v1/execute", new { pattern_id = "p", inputs = new { portfolio_id = portfolio } }, HttpStatusCode.ServiceUnavailable)).Error);
        await admin.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        Assert.Equal("not_found", (await user.CallAsync("/v1/execute", new { pattern_id = "p", inputs = new { portfolio_id = portfolio } }, HttpStatusCode.NotFound)).Error);
        Assert.Equal("forbidden", (await user.CallAsync("/v1/execute", new { pattern_id = "p" }, HttpStatusCode.Forbidden)).Error);
        // Nothing was executed, so there is nothing to look at.
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM audit_log WHERE action = 'execute_pattern')"));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_said_about_patterns()
    {
        Assert.Equal("unauthorized", (await fixture.App.Http.CallAsync("/v1/execute", new { pattern_id = "nope" }, HttpStatusCode.Unauthorized)).Error);
        Assert.Equal("unauthorized", (await fixture.App.Http.GetAsync("/v1/patterns", HttpStatusCode.Unauthorized)).Error);
    }

    private async Task<Guid> InsertPortfolioAsync(Guid owner)
    {
        var id = Guid.CreateVersion7();
        await using var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("INSERT INTO portfolios (id, user_id, name) VALUES (@id, @owner, 'Test')", new { id, owner });
        return id;
    }
}
