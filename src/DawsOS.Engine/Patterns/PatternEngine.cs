using DawsOS.Agents;
using DawsOS.Metrics;

using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>Runs patterns, each step through its agent. Both runners use it; it keeps nothing between runs.</summary>
internal sealed partial class PatternEngine(
    PatternPlans plans, PatternMetrics metrics, AgentOptions limits, TimeProvider clock, ILogger<PatternEngine> logger)
{
    /// <summary>Must be called in a grain's turn: the run continues there.</summary>
    /// <param name="request">What passed the gates.</param>
    /// <param name="watcher">Told of every step; null = nobody.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>How it ended; never throws for a step, a cancellation or the time.</returns>
    public async Task<PatternRun> RunAsync(RunRequest request, IRunWatcher? watcher, CancellationToken cancellationToken)
    {
        var plan = plans.Of(request.Pattern);
        // The gates have used up some of the time already.
        var left = request.Pattern.Timeout - clock.GetElapsedTime(request.StartedTimestamp);
        using var timeout = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var execution = new RunExecution(request, plan, limits, clock, watcher, logger);
        RunFailure? stopped = null;
        try
        {
            await execution.RunAsync(either.Token);
            stopped = execution.IsTooLarge ? RunRules.TooLarge(limits.MaxRunBytes) : null;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            stopped = RunRules.Stopped(request.Pattern, cancellationToken.IsCancellationRequested);
        }
        catch (Exception e)
        {
            // A defect of ours. The run has a row, an audit entry and perhaps a caller: it ends like any other, only without internals.
            LogBroken(e, request.RunId, request.Pattern.Id);
            stopped = RunRules.Broken;
        }
        var run = RunRules.Conclude(request, plan, execution, stopped, clock.GetElapsedTime(request.StartedTimestamp));
        if (run.Status != RunStatus.Cancelled)
        {
            metrics.PatternExecuted(run.PatternId, run.Status is RunStatus.Succeeded or RunStatus.Degraded);
        }
        metrics.StepsAnswered(run.Trace.CacheStats.Misses, run.Trace.CacheStats.Hits);
        return run;
    }

    [LoggerMessage(LogLevel.Error, "The engine broke in run {RunId} of {Pattern}")]
    private partial void LogBroken(Exception exception, Guid runId, string pattern);
}
