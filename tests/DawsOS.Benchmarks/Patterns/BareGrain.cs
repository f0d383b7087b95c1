using DawsOS.Agents;
using DawsOS.Canonical;

using Orleans.Concurrency;

namespace DawsOS.Patterns;

/// <summary>What an agent call would cost without an agent: the same signature, one activation, answers at once.</summary>
[Alias("bench.bare")]
internal interface IBareGrain : IGrainWithStringKey
{
    [Alias("invoke"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<CapabilityResult> InvokeAsync(CapabilityCall command, CancellationToken cancellationToken = default);
}

internal sealed class BareGrain : Grain, IBareGrain
{
    public Task<CapabilityResult> InvokeAsync(CapabilityCall command, CancellationToken cancellationToken) =>
        Task.FromResult(new CapabilityResult(command.Args, Provenance.Computed, [], null, null, [], null));
}

/// <summary>Makes calls from a grain's turn, as a run does.</summary>
[Alias("bench.driver")]
internal interface IDriverGrain : IGrainWithStringKey
{
    /// <summary>So many calls one after the other, each through the bare grain.</summary>
    [Alias("bare")]
    Task BareAsync(CapabilityCall call, int calls, CancellationToken cancellationToken = default);

    /// <summary>The same through the agent.</summary>
    [Alias("agent")]
    Task AgentAsync(string agent, CapabilityCall call, int calls, CancellationToken cancellationToken = default);

    /// <summary>One run of a pattern without gates: the engine alone, or with the history behind it.</summary>
    [Alias("run")]
    Task RunAsync(string patternId, CanonicalValue inputs, bool history = false, CancellationToken cancellationToken = default);
}

[Reentrant, Orleans.Placement.PreferLocalPlacement]
internal sealed class DriverGrain(PatternEngine engine, PatternCatalogue catalogue, RunHistory kept) : Grain, IDriverGrain
{
    public async Task BareAsync(CapabilityCall call, int calls, CancellationToken cancellationToken)
    {
        var bare = GrainFactory.GetGrain<IBareGrain>("one");
        for (var i = 0; i < calls; i++)
        {
            await bare.InvokeAsync(call, cancellationToken);
        }
    }

    public async Task AgentAsync(string agent, CapabilityCall call, int calls, CancellationToken cancellationToken)
    {
        var grain = GrainFactory.GetGrain<IAgentGrain>(agent);
        for (var i = 0; i < calls; i++)
        {
            await grain.InvokeAsync(call, cancellationToken);
        }
    }

    public async Task RunAsync(string patternId, CanonicalValue inputs, bool history, CancellationToken cancellationToken)
    {
        var context = new RunContext("SERIES_2026-01-01_1", null, new DateOnly(2026, 1, 1), null, null);
        var request = new RunRequest(
            Guid.CreateVersion7(), EngineSpeed.Caller, catalogue.Find(patternId)!, inputs, context, "request", "trace", TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp(), null);
        var run = await engine.RunAsync(request, null, cancellationToken);
        if (run.Status != RunStatus.Succeeded)
        {
            throw new InvalidOperationException($"The run {run.Status}: {run.Failure?.Message}");
        }
        if (history)
        {
            kept.Ended(run, new RunAsked(null, null, true, []));
        }
    }
}
