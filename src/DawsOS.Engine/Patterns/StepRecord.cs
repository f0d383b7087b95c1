using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>What became of one step.</summary>
internal sealed record StepRecord(StepDefinition Step, StepStatus Status)
{
    /// <summary>Null when they were not made.</summary>
    public CanonicalValue? Args { get; init; }

    /// <summary>Null when nothing was called.</summary>
    public CapabilityResult? Result { get; init; }

    public Origin Origin { get; init; }

    public int Attempts { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed: one sentence without internals.</summary>
    public CapabilityFailure? Failure { get; init; }

    /// <summary>Why it was skipped.</summary>
    public string? Reason { get; init; }

    public static StepRecord CutOff(StepDefinition step, CanonicalValue args, TimeSpan duration) => new(step, StepStatus.CutOff)
    {
        Args = args,
        Duration = duration,
        Failure = new CapabilityFailure(FailureClass.Transient, "It was cut off: the run ended before it did."),
    };

    public static StepRecord Skip(StepDefinition step, StepStatus status, string reason) => new(step, status) { Reason = reason };

    public static StepRecord Fail(StepDefinition step, CapabilityFailure failure) => new(step, StepStatus.Failed) { Failure = failure };
}
