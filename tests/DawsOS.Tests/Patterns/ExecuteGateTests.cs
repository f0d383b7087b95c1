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
