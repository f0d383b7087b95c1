using System.Collections.Immutable;
using System.Globalization;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>
/// What happened in one attempt of a run, in its order. Ids are <c>attempt-number</c>, so a repeat's events follow those of the first; the last is
/// <c>attempt-end</c>, whose place is behind all others even when those are forgotten.
/// </summary>
internal sealed class RunEventLog(int attempt) : IRunWatcher
{
    private readonly List<RunEvent> _events = [];
    private TaskCompletionSource _changed = New();

    /// <summary>True when the run has ended: nothing more will come.</summary>
    public bool Ended { get; private set; }

    /// <summary>Ends with the next event.</summary>
    public Task Changed => _changed.Task;

    public ImmutableArray<RunEvent> All => [.. _events];

    public void StepStarted(StepDefinition step) => Add("step_started", new { step = step.As, capability = step.Capability });

    public void StepEnded(StepRecord record)
    {
        var (step, capability) = (record.Step.As, record.Step.Capability);
        switch (record.Status)
        {
            case StepStatus.Succeeded:
                Add("step_succeeded", new { step, capability, duration_seconds = record.Duration.TotalSeconds });
                break;
            case StepStatus.Failed or StepStatus.CutOff:
                Add("step_failed", new { step, capability, error = record.Failure!.Message });
                break;
            default:
                Add("step_skipped", new { step, capability, reason = record.Reason });
                break;
        }
    }

    /// <summary>The last event, not yet to be seen.</summary>
    public RunEvent Completion(Guid runId, RunStatus status, RunFailure? failure) => new(
        End, "run_completed", CanonicalJson.Of(new { run_id = runId, status = RunWords.Of(status), error = failure?.Code, message = failure?.Message }));

    /// <summary>Shows the last event.</summary>
    public void Complete(RunEvent completion)
    {
        Ended = true;
        Add(completion);
    }

    /// <summary>Takes up the events of an attempt that has ended.</summary>
    public static RunEventLog Restore(int attempt, ImmutableArray<RunEvent> events)
    {
        var log = new RunEventLog(attempt) { Ended = true };
        log._events.AddRange(events);
        return log;
    }

    /// <summary>The events after one; all of this attempt after one of an earlier attempt, after none, and after an id that is none.</summary>
    public ImmutableArray<RunEvent> After(string? id)
    {
        if (id == End && Ended)
        {
            return [];
        }
        var parts = (id ?? "").Split('-');
        var seen = parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ofAttempt) && ofAttempt == attempt
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
        return [.. _events.Skip(Math.Min(seen, Ended ? _events.Count - 1 : _events.Count))];
    }

    private string End => string.Create(CultureInfo.InvariantCulture, $"{attempt}-end");

    private RunEvent Make(string type, object data) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{attempt}-{_events.Count + 1}"), type, CanonicalJson.Of(data));

    private void Add(string type, object data) => Add(Make(type, data));

    private void Add(RunEvent next)
    {
        _events.Add(next);
        var waiters = _changed;
        _changed = New();
        waiters.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Statuses as the wire and the rows spell them.</summary>
internal static class RunWords
{
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.TimedOut => "timed_out",
        _ => status.ToString().ToLowerInvariant(),
    };

    public static RunStatus Parse(string word) => Enum.GetValues<RunStatus>().Single(status => Of(status) == word);
}
