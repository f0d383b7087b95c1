using System.Net;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Agents;

/// <summary>The breaker in the grain, as callers and the dashboard see it. Each test has a program of its own: an agent is shared by all its callers.</summary>
public sealed class AgentGrainTests
{
    private static readonly Caller Admin = new(Guid.CreateVersion7(), Role.Admin);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task C35_after_five_failures_the_sixth_call_does_not_reach_the_agent()
    {
        await using var app = await StartAsync();
        var agent = Agent(app);
        await FailAsync(agent, 5);

        var refused = await CallAsync(agent, "t.count", """{"key":"a"}""");

        Assert.Equal(FailureClass.CircuitOpen, refused.Failure!.Class);
        Assert.InRange(refused.Failure.RetryAfter!.Value.TotalSeconds, 0.001, 60);
        Assert.Contains("""dawsos_circuit_breaker_state{agent_name="conformance"} 1""", await app.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        Assert.Contains("""dawsos_circuit_breaker_failures_total{agent_name="conformance"} 5""", await app.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        app.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("1", (await CallAsync(agent, "t.count", """{"key":"a"}""")).Value.ToString());
    }

    [Fact]
    public async Task C36_of_ten_calls_at_once_after_the_time_one_reaches_the_agent_and_its_success_closes_the_circuit()
    {
        await using var app = await StartAsync();
        var agent = Agent(app);
        await FailAsync(agent, 5);
        app.Clock.Advance(TimeSpan.FromSeconds(60));

        // The probe sleeps on the fake clock, so it is out while the others come.
        var calls = Enumerable.Range(0, 10).Select(_ => CallAsync(agent, "t.sleep", """{"ms":1000,"v":1}""")).ToList();
        var refused = new List<CapabilityResult>();
        while (refused.Count < 9)
        {
            var ended = await Task.WhenAny(calls);
            calls.Remove(ended);
            refused.Add(await ended);
        }
        Assert.All(refused, result => Assert.Equal(FailureClass.CircuitOpen, result.Failure!.Class));
        Assert.Contains("""dawsos_circuit_breaker_state{agent_name="conformance"} 2""", await app.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null((await calls[0]).Failure);
        Assert.Contains("""dawsos_circuit_breaker_state{agent_name="conformance"} 0""", await app.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        Assert.Null((await CallAsync(agent, "t.echo", """{"v":1}""")).Failure);
    }

    [Theory]
    [InlineData(nameof(Dialect.Sqlite))]
    [InlineData(nameof(Dialect.Postgres))]
    public async Task An_open_circuit_outlives_the_activation_and_a_reset_closes_it(string dialect)
    {
        await using var app = await StartAsync(Enum.Parse<Dialect>(dialect));
        var agent = Agent(app);
        await FailAsync(agent, 5);
        var before = await agent.DescribeAsync(Token);
        await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, Token);

        Assert.Equal(before, await agent.DescribeAsync(Token));
        Assert.Equal(CircuitState.Open, before.State);
        Assert.Equal(TimeSpan.FromSeconds(60), before.OpenUntil - before.OpenedAt);

        using var user = await app.SignInAsNewAsync("USER");
        await user.CallAsync("/v1/agents/conformance/reset", null, HttpStatusCode.Forbidden);
        using var admin = await app.SignInAsync();
        await admin.CallAsync("/v1/agents/no_such/reset", null, HttpStatusCode.NotFound);
        Assert.Equal("CLOSED", (await admin.CallAsync("/v1/agents/conformance/reset", null))["state"].GetString());
        var agents = await user.GetAsync("/v1/agents", HttpStatusCode.OK);
        Assert.Equal(
            ["charts", "conformance", "conformance_second", "macro_hound"],
            agents.Body.EnumerateArray().Select(entry => entry.GetProperty("name").GetString()));
        Assert.Null((await CallAsync(agent, "t.echo", """{"v":1}""")).Failure);
    }

    [Fact]
    public async Task More_calls_than_the_bound_are_refused_as_transient_and_do_not_count()
    {
        await using var app = await StartAsync(settings: new() { ["AGENT_MAX_CONCURRENCY"] = "2" });
        var agent = Agent(app);
        var nap = TimeSpan.FromMilliseconds(1017);
        var before = app.Clock.Waits(nap);
        var waiting = Enumerable.Range(0, 2).Select(_ => CallAsync(agent, "t.sleep", """{"ms":1017}""")).ToList();
        // Calls to a grain that is being activated overtake each other: both have to be inside.
        await app.Clock.WaitsAsync(nap, before + 2);

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(FailureClass.Transient, (await CallAsync(agent, "t.echo", """{"v":1}""")).Failure?.Class);
        }

        Assert.Equal(0, (await agent.DescribeAsync(Token)).Failures);
        app.Clock.Advance(nap);
        Assert.All(await Task.WhenAll(waiting), result => Assert.Null(result.Failure));
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_its_time_is_a_timeout_and_counts()
    {
        await using var app = await StartAsync();
        var agent = Agent(app);

        var limit = TimeSpan.FromMilliseconds(1234);
        var before = app.Clock.Waits(limit);
        var call = agent.InvokeAsync(Call("t.sleep", """{"ms":5000}""") with { Timeout = limit }, Token);
        await app.Clock.WaitsAsync(limit, before + 1);
        app.Clock.Advance(limit);

        Assert.Equal(FailureClass.Timeout, (await call).Failure!.Class);
        Assert.Equal(1, (await agent.DescribeAsync(Token)).Failures);
    }

    [Fact]
    public async Task A_result_above_the_limit_is_refused()
    {
        await using var app = await StartAsync(settings: new() { ["MAX_STEP_RESULT_BYTES"] = "2000" });

        Assert.Null((await CallAsync(Agent(app), "t.big", """{"bytes":1998}""")).Failure);
        Assert.Equal(FailureClass.Business, (await CallAsync(Agent(app), "t.big", """{"bytes":1999}""")).Failure?.Class);
    }

    [Fact]
    public async Task A_capability_that_does_not_heed_its_token_is_not_waited_for_but_keeps_its_place()
    {
        var deaf = new DeafCapability();
        await using var app = await DawsApp.StartAsync(
            settings: new Dictionary<string, string> { ["AGENT_MAX_CONCURRENCY"] = "1" }, replace: builder => builder.Services.AddSingleton<Capability>(deaf));
        var agent = app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAgentGrain>("deaf");
        // Nobody said how long: the agent has its own limit.
        var before = app.Clock.Waits(AgentGrain.LongestCall);
        var call = CallAsync(agent, "x.deaf", "{}");
        await app.Clock.WaitsAsync(AgentGrain.LongestCall, before + 1);
        app.Clock.Advance(AgentGrain.LongestCall);

        Assert.Equal(FailureClass.Timeout, (await call).Failure!.Class);
        Assert.Contains("busy", (await CallAsync(agent, "x.deaf", "{}")).Failure!.Message, StringComparison.Ordinal);
        deaf.End.SetResult();
        await HostProcess.PollAsync("the place to be free", async () => (await CallAsync(agent, "x.deaf", "{}")).Failure!.Message == "Too late.");
    }

    [Fact]
    public async Task Runs_whose_time_was_up_count_against_the_agent_that_did_not_answer_and_cancelled_ones_do_not()
    {
        await using var app = await StartAsync();
        var agent = Agent(app);
        var nap = TimeSpan.FromSeconds(71);

        async Task CutAsync(TimeSpan after)
        {
            using var run = new CancellationTokenSource();
            var before = app.Clock.Waits(nap);
            var call = agent.InvokeAsync(Call("t.sleep", """{"ms":71000}""") with { TimeLeft = TimeSpan.FromSeconds(20) }, run.Token);
            await app.Clock.WaitsAsync(nap, before + 1);
            app.Clock.Advance(after);
            await run.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        await CutAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(0, (await agent.DescribeAsync(Token)).Failures);
        for (var i = 0; i < 5; i++)
        {
            await CutAsync(TimeSpan.FromSeconds(20));
        }
        await HostProcess.PollAsync("the circuit to open", async () => (await agent.DescribeAsync(Token)).State == CircuitState.Open);
    }

    private static Task<DawsApp> StartAsync(Dialect dialect = Dialect.Sqlite, Dictionary<string, string>? settings = null) =>
        DawsApp.StartAsync(dialect, new Dictionary<string, string>(settings ?? []) { ["CONFORMANCE_AGENT"] = "true" });

    private static IAgentGrain Agent(DawsApp app) => app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAgentGrain>("conformance");

    private static async Task FailAsync(IAgentGrain agent, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await CallAsync(agent, "t.fail", """{"class":"transient"}""");
        }
    }

    private static Task<CapabilityResult> CallAsync(IAgentGrain agent, string capability, string args) => agent.InvokeAsync(Call(capability, args), Token);

    private static CapabilityCall Call(string capability, string args) =>
        new(Admin, capability, new CanonicalValue(System.Text.Encoding.UTF8.GetBytes(args)), "SERIES_2026-01-01_1");
}
