using DawsOS.Metrics;

using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>Runs patterns, each step through its agent. Both runners use it; it keeps nothing between runs.</summary>
internal sealed class PatternEngine(IGrainFactory grains, PatternPlans plans, PatternMetrics metrics, TimeProvider clock, ILogger<PatternEngine> logger)
{
    /// <summary>Must be called in a grain's turn: the run continues there.</summary>
    /// <param name="request">What passed the gates.</param>
    /// <param name="watcher">Told of every step; null = nobody.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>How it ended; never throws for a step, a cancellation or the time.</returns>
    public async Task<PatternRun> RunAsync(RunRequest request, IRunWatcher? watcher, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var plan = plans.Of(request.Pattern);
        using var timeout = new CancellationTokenSource(request.Pattern.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var execution = new RunExecution(request, plan, grains, clock, watcher, logger);
        RunFailure? stopped = null;
        try
        {
            await execution.RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            stopped = RunRules.Stopped(request.Pattern, cancellationToken.IsCancellationRequested);
        }
        var run = RunRules.Conclude(request, plan, execution, stopped, clock.GetElapsedTime(started));
        if (run.Status != RunStatus.Cancelled)
        {
            metrics.PatternExecuted(run.PatternId, run.Status is RunStatus.Succeeded or RunStatus.Degraded);
        }
        metrics.StepsAnswered(run.Trace.CacheStats.Misses, run.Trace.CacheStats.Hits);
        return run;
    }
}
