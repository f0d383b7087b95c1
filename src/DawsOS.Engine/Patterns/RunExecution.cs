using DawsOS.Agents;
using DawsOS.Canonical;

using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>
/// One run on its way. Everything here happens in turns of one grain, so nothing is locked; steps run side by side because their calls do.
/// </summary>
internal sealed partial class RunExecution(
    RunRequest request, PatternPlan plan, AgentOptions limits, TimeProvider clock, IRunWatcher? watcher, ILogger logger)
{
    /// <summary>Steps of one run under way at a time.</summary>
    public const int MaxParallel = 16;

    private readonly RunPlanner _planner = new(plan);
    private readonly RunScope _scope = new(request.Inputs, request.ContextValue);
    private readonly StepRecord?[] _records = new StepRecord?[plan.Pattern.Steps.Length];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (CanonicalValue Args, long Started)?[] _underWay = new (CanonicalValue, long)?[plan.Pattern.Steps.Length];
    private readonly ArgumentBuffer _arguments = new(limits.MaxResultBytes);
    private RunMemo? _memo;
    private int _running;
    private long _bytes;
    private bool _ended;

    /// <summary>By step; null for one that was not reached.</summary>
    public IReadOnlyList<StepRecord?> Records => _records;

    public RunScope Scope => _scope;

    /// <summary>True when it holds more than a run may.</summary>
    public bool IsTooLarge => _bytes > limits.MaxRunBytes;

    /// <summary>Ends when every step is settled or a required one failed. Steps under way are then cancelled and no longer waited for.</summary>
    /// <exception cref="OperationCanceledException">The token fired; what is recorded by then stays.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Pump(stop.Token);
            await _done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _ended = true;
            if (_running > 0)
            {
                CutOff();
                await stop.CancelAsync();
            }
        }
    }

    // What has begun is told as such, whatever it would still have come to.
    private void CutOff()
    {
        foreach (var step in plan.Pattern.Steps)
        {
            if (_records[step.Index] is null && _underWay[step.Index] is { } begun)
            {
                var record = StepRecord.CutOff(step, begun.Args, clock.GetElapsedTime(begun.Started));
                _records[step.Index] = record;
                watcher?.StepEnded(record);
            }
        }
    }

    private void Pump(CancellationToken cancellationToken)
    {
        while (!_ended && _running < MaxParallel && _planner.TryNext(out var index))
        {
            _running++;
            var step = StepAsync(plan.Pattern.Steps[index], cancellationToken);
            // A skipped or remembered step is settled at once: no stack grows, however long the chain of them.
            if (step.IsCompletedSuccessfully)
            {
                Settle(step.Result);
            }
            else
            {
                _ = FollowAsync(step, cancellationToken);
            }
        }
        if (!_ended && _planner.IsDone)
        {
            _done.TrySetResult();
        }
    }

    private async Task FollowAsync(Task<StepRecord> step, CancellationToken cancellationToken)
    {
        try
        {
            Settle(await step);
            Pump(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended, or is about to by the same token.
            _running--;
        }
        catch (Exception e)
        {
            // A defect of the engine itself: the run must not hang for it.
            _done.TrySetException(e);
        }
    }

    private void Settle(StepRecord record)
    {
        _running--;
        if (_ended)
        {
            return;
        }
        var step = record.Step;
        _records[step.Index] = record;
        plan.Meters[step.Index].Observe(record.Duration.TotalSeconds);
        _scope.Add(step.As, record.Status == StepStatus.Succeeded ? record.Result!.Value : CanonicalValue.Null);
        _planner.Settle(step.Index, record.Status);
        watcher?.StepEnded(record);
        // Each value is bounded; so is what all of them come to. Which step was one too many depends on the schedule, so it fails none, but the run.
        _bytes += (record.Args?.Bytes.Length ?? 0) + (record.Result?.Value.Bytes.Length ?? 0);
        if (IsTooLarge || (record.Status == StepStatus.Failed && !step.Optional))
        {
            _ended = true;
            _done.TrySetResult();
        }
    }

    private async Task<StepRecord> StepAsync(StepDefinition step, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        try
        {
            if (step.Condition is { } condition && !condition.IsTrue(_scope))
            {
                return StepRecord.Skip(step, StepStatus.ConditionNotMet, RunReasons.ConditionNotMet);
            }
            if (_planner.MissingFor(step) is { } missing)
            {
                return StepRecord.Skip(step, StepStatus.UpstreamMissing, RunReasons.Upstream(_records[missing]!));
            }
            var args = step.Args.Resolve(_scope, _arguments);
            _underWay[step.Index] = (args, started);
            watcher?.StepStarted(step);
            return await AttemptsAsync(step, args, started, cancellationToken);
        }
        catch (Exception e) when (e is UnresolvedReferenceException or ArgumentTooLargeException or ExpressionException)
        {
            return StepRecord.Fail(step, new CapabilityFailure(FailureClass.Business, e.Message));
        }
    }

    private async Task<StepRecord> AttemptsAsync(StepDefinition step, CanonicalValue args, long started, CancellationToken cancellationToken)
    {
        var capability = plan.Capabilities[step.Index];
        for (var attempt = 1; ; attempt++)
        {
            var (origin, answer) = capability.Effect == Effect.Read
                ? (_memo ??= new RunMemo()).Get(step.Capability, args, () => CallAsync(step, args, null, cancellationToken))
                : (Origin.Computed, CallAsync(step, args, $"{request.RunId:D}/{step.As}", cancellationToken));
            var result = origin == Origin.Coalesced ? await ShareAsync(step, answer, cancellationToken) : await answer;
            if (origin == Origin.Coalesced && result.Failure is { Class: FailureClass.Timeout } && step.Timeout is null)
            {
                // The other step's time was up. This one has more.
                attempt--;
                continue;
            }
            if (result.Failure is { Class: FailureClass.Transient } && step.Retry is { } retry && attempt <= retry.Delays.Length)
            {
                await Task.Delay(RunReasons.Pause(retry, attempt, Random.Shared.NextDouble()), clock, cancellationToken);
                continue;
            }
            return new StepRecord(step, result.Failure is null ? StepStatus.Succeeded : StepStatus.Failed)
            {
                Args = args,
                Result = result,
                Origin = origin,
                Attempts = attempt,
                Duration = clock.GetElapsedTime(started),
                Failure = result.Failure,
            };
        }
    }

    // Another step's call, but this step's time.
    private async Task<CapabilityResult> ShareAsync(StepDefinition step, Task<CapabilityResult> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(step.Timeout ?? Timeout.InfiniteTimeSpan, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Capability.TimedOut(step.Capability, step.Timeout!.Value);
        }
    }

    private async Task<CapabilityResult> CallAsync(StepDefinition step, CanonicalValue args, string? key, CancellationToken cancellationToken)
    {
        var left = request.Pattern.Timeout - clock.GetElapsedTime(request.StartedTimestamp);
        var call = new CapabilityCall(request.Caller, step.Capability, args, request.Context.PricingPackId, step.Timeout, key, left);
        try
        {
            return await plan.AgentGrains[step.Index].InvokeAsync(call, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // An agent answers with values; what is thrown comes from the way there: a silo that died, a queue that is full.
            LogNoAnswer(e, step.Agent);
            return Capability.Failed(FailureClass.Transient, $"The agent {step.Agent} did not answer.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The agent {Agent} did not answer a call")]
    private partial void LogNoAnswer(Exception exception, string agent);
}

/// <summary>Told what happens in a run, in the run's turn.</summary>
internal interface IRunWatcher
{
    void StepStarted(StepDefinition step);

    void StepEnded(StepRecord record);
}
