using Orleans.Concurrency;
using Orleans.Placement;

namespace DawsOS.Patterns;

/// <summary>Runs patterns for callers that wait for the answer.</summary>
// Reentrant is safe: a run shares nothing with another, the grain has no state.
[GrainType("pattern-runner"), Reentrant, PreferLocalPlacement]
internal sealed class PatternRunnerGrain(RunGates gates, PatternEngine engine, RunRegistry registry, RunHistory history, TimeProvider clock)
    : Grain, IPatternRunnerGrain
{
    public async Task<PatternRun> ExecuteAsync(ExecutePattern command, CancellationToken cancellationToken)
    {
        var request = await gates.PassAsync(command, Guid.CreateVersion7(clock.GetUtcNow()), cancellationToken);
        using var entry = registry.Enter(request.RunId, command.Caller, cancellationToken);
        var run = await engine.RunAsync(request, null, entry.Token);
        history.Ended(run, RunAsked.Of(command));
        return run;
    }
}
