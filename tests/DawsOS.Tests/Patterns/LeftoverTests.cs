using System.Text;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>What failed runs leave behind: rows, and nothing else. Alone, because it looks at the memory of the whole process.</summary>
[Collection<Alone>]
public sealed class LeftoverTests
{
    private const int Runs = 10_000;
    private const int Bound = 128;
    private static readonly TimeSpan Sleep = TimeSpan.FromMilliseconds(86_400_000);
    private static readonly Caller Caller = new(Guid.CreateVersion7(), Role.Admin);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_failed_runs_leave_their_rows_and_nothing_else()
    {
        await using var app = await DawsApp.StartAsync(
            settings: new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true", ["AGENT_MAX_CONCURRENCY"] = $"{Bound}" });
        using var http = await app.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        // When the second step fails the first sleeps on, and the third, an answer of which is remembered, has come.
        Assert.Empty(app.Services.GetRequiredService<PatternCatalogue>().Replace([new PatternFile("fails.json", Encoding.UTF8.GetBytes("""
            {"id":"fails","name":"Fails","inputs":{"n":{"type":"integer","required":true}},"steps":[
              {"capability":"t.sleep","args":{"ms":86400000,"v":"{{inputs.n}}"},"as":"sleeps"},
              {"capability":"t.echo","args":{"v":"{{inputs.n}}"},"as":"echoes"},
              {"capability":"t.fail","args":{"class":"business","of":"{{echoes}}"},"as":"fails"}],"outputs":["fails"]}
            """))]));

        await FailAsync(app, 0, 500);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await FailAsync(app, 500, Runs);
        var history = app.Services.GetRequiredService<RunHistory>();
        while (history.Waiting > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
        var after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.Equal(Runs, await app.ScalarAsync<long>("SELECT count(*) FROM runs WHERE status = 'failed'"));
        Assert.Equal(0, app.Services.GetRequiredService<RunRegistry>().Count);
        // A run kept whole is some kilobytes.
        Assert.True(after - before < 10 << 20, $"{(after - before) >> 10:N0} KB more after {Runs - 500} failed runs.");
        await AssertIdleAsync(app);
    }

    private static async Task FailAsync(DawsApp app, int from, int to)
    {
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        // No more at a time than the agent takes.
        foreach (var some in Enumerable.Range(from, to - from).Chunk(Bound / 4))
        {
            var ended = await Task.WhenAll(some.Select(n => grains.GetGrain<IPatternRunnerGrain>($"test/{n % 4}").ExecuteAsync(
                new ExecutePattern(Caller, "fails", $$"""{"n":{{n}}}""", true, null, null, null, "request", "trace"), Token)));
            // A sleep that was given up has its place until it has heard of it, which takes a while on a busy machine.
            while (app.Clock.Running(Sleep) > 0)
            {
                await Task.Yield();
            }
            Assert.All(ended, run => Assert.Equal("Step 2 (t.fail) failed: Failed as told: business.", run.Failure?.Message));
        }
    }

    // Every place of the agent is free: as many calls as it takes are inside at once.
    private static async Task AssertIdleAsync(DawsApp app)
    {
        var agent = app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAgentGrain>("conformance");
        var nap = TimeSpan.FromMilliseconds(4321);
        var before = app.Clock.Waits(nap);
        var calls = Enumerable.Range(0, Bound).Select(_ => agent.InvokeAsync(
            new CapabilityCall(Caller, "t.sleep", new CanonicalValue("""{"ms":4321}"""u8.ToArray()), "SERIES_2024-01-01_1"), Token)).ToList();
        await app.Clock.WaitsAsync(nap, before + Bound);
        app.Clock.Advance(nap);
        Assert.All(await Task.WhenAll(calls), result => Assert.Null(result.Failure));
    }
}
