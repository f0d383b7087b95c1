using System.Net;

namespace DawsOS.Patterns;

/// <summary>How runs pass values on and how they end.</summary>
public sealed class RunTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    [Fact]
    public async Task Text_that_looks_like_a_template_stays_text()
    {
        await fixture.IngestAsync(2020, 1m);

        var answer = await fixture.ExecuteAsync(new { pattern_id = "t_echo", inputs = new { v = "{{ctx.pricing_pack_id}}" } });

        Assert.Equal("""{"v":"{{ctx.pricing_pack_id}}"}""", answer["result"].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_path_that_leads_nowhere_fails_the_step_and_says_where()
    {
        await fixture.IngestAsync(2021, 1m);

        var answer = await fixture.ExecuteAsync(new { pattern_id = "t_chain" }, HttpStatusCode.InternalServerError);

        Assert.Equal("pattern_execution_error", answer.Error);
        Assert.Equal("Step 1 (t.echo) failed: E_REF at /steps/1/args/v: 'state.x.l[9]' leads to nothing.", answer["detail"].GetString());
    }

    [Theory]
    [InlineData("business", "The test says no.")]
    [InlineData("timeout", "x.throw took too long.")]
    [InlineData("database", "The database is away.")]
    [InlineData("bug", "x.throw broke.")]
    public async Task A_failed_step_ends_the_run_and_leaves_the_trace_so_far_without_internals(string kind, string message)
    {
        await fixture.IngestAsync(2022, 1m);

        var answer = await fixture.ExecuteAsync(new { pattern_id = "t_throw", inputs = new { v = kind } }, HttpStatusCode.InternalServerError);

        Assert.Equal("pattern_execution_error", answer.Error);
        Assert.Equal($"Step 1 (x.throw) failed: {message}", answer["detail"].GetString());
        var steps = answer["details"].GetProperty("trace").GetProperty("steps");
        Assert.Equal(2, steps.GetArrayLength());
        Assert.False(steps[1].GetProperty("success").GetBoolean());
        Assert.Equal(message, steps[1].GetProperty("error").GetString());
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_cancelled_down_to_the_capability()
    {
        await fixture.IngestAsync(2023, 1m);

        var running = fixture.ExecuteAsync(new { pattern_id = "t_wait" }, HttpStatusCode.GatewayTimeout);
        await fixture.Wait.Began.Task.WaitAsync(TestContext.Current.CancellationToken);
        fixture.App.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("timeout", (await running).Error);
        await fixture.Wait.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
