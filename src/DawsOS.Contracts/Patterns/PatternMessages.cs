using System.Collections.Immutable;
using System.Text.Json.Serialization;

using DawsOS.Accounts;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>A request to run a pattern.</summary>
/// <param name="Caller">Who asks; every portfolio named must be theirs (an ADMIN may name anybody's).</param>
/// <param name="PatternId">Id of a loaded pattern.</param>
/// <param name="InputsJson">A JSON object as text; checked against the pattern's inputs, defaults filled in.</param>
/// <param name="RequireFresh">Refuse stale data. Series packs are always fresh.</param>
/// <param name="AsofDate">Compute on what was observed on or before this date; null = on all there is.</param>
/// <param name="PortfolioId">Portfolio scope.</param>
/// <param name="SecurityId">Security scope.</param>
/// <param name="RequestId">1–128 visible ASCII characters; repeated in the trace.</param>
/// <param name="TraceId">W3C trace id; repeated in the trace.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.execute")]
public sealed record ExecutePattern(
    [property: Id(0)] Caller Caller, [property: Id(1)] string PatternId, [property: Id(2)] string InputsJson, [property: Id(3)] bool RequireFresh,
    [property: Id(4)] DateOnly? AsofDate, [property: Id(5)] Guid? PortfolioId, [property: Id(6)] Guid? SecurityId,
    [property: Id(7)] string RequestId, [property: Id(8)] string TraceId);

/// <summary>How a run stands.</summary>
public enum RunStatus
{
    /// <summary>Every step that had to run succeeded.</summary>
    Succeeded = 1,

    /// <summary>It has a result, but an optional step failed or a capability answered in part; output_status and warnings say what is missing.</summary>
    Degraded = 2,

    /// <summary>A required step failed; the trace says which.</summary>
    Failed = 3,

    /// <summary>It was cancelled.</summary>
    Cancelled = 5,

    /// <summary>It took longer than allowed.</summary>
    TimedOut = 6,

    /// <summary>It has not ended.</summary>
    Running = 7,
}

/// <summary>Why a run has no result.</summary>
/// <param name="Code">pattern_execution_error, CIRCUIT_BREAKER_OPEN, timeout, run_cancelled or silo_lost.</param>
/// <param name="Message">One sentence without internals.</param>
/// <param name="RetryAfter">When a repeat may be admitted; null = not known.</param>
/// <param name="Agent">Whose step failed; null when it was none's.</param>
/// <param name="Capability">What that step called.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.run-failure")]
public sealed record RunFailure(
    [property: Id(0)] string Code, [property: Id(1)] string Message,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimeSpan? RetryAfter,
    [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Agent = null,
    [property: Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Capability = null);

/// <summary>Why an output is null.</summary>
/// <param name="Status"><c>failed</c> or <c>skipped</c>.</param>
/// <param name="Reason">condition_not_met, upstream_failed, upstream_skipped, or why the step failed.</param>
/// <param name="Step">Name of the step.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.output-status")]
public sealed record OutputStatus([property: Id(0)] string Status, [property: Id(1)] string Reason, [property: Id(2)] string Step);

/// <summary>A run that was executed.</summary>
/// <param name="RunId">UUIDv7; UUIDv5 of user and key when it has one.</param>
/// <param name="UserId">Whose run.</param>
/// <param name="PatternId">What ran.</param>
/// <param name="Status">How it ended.</param>
/// <param name="PricingPackId">What it computed on.</param>
/// <param name="LedgerCommitHash">Null until there is a ledger.</param>
/// <param name="AsofDate">Date of the pack.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Duration">From the request's arrival at the runner to its end.</param>
/// <param name="Data">The outputs by name; the same bytes for the same run digest. JSON <c>null</c> unless succeeded or degraded.</param>
/// <param name="Charts">The value of the step <c>charts</c>, else an empty list.</param>
/// <param name="OutputStatus">By output, for those that are null because their step did not succeed; in ordinal order.</param>
/// <param name="Trace">What ran, on what, for how long; partial when it failed.</param>
/// <param name="Warnings">What the reader must know.</param>
/// <param name="Failure">Null when there is a result.</param>
/// <param name="Attributions">Whom to name beside the numbers.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.run")]
public sealed record PatternRun(
    [property: Id(0)] Guid RunId, [property: Id(1)] Guid UserId, [property: Id(2)] string PatternId, [property: Id(3)] RunStatus Status,
    [property: Id(4)] string PricingPackId, [property: Id(5)] string? LedgerCommitHash, [property: Id(6)] DateOnly AsofDate,
    [property: Id(7)] DateTimeOffset StartedAt, [property: Id(8)] TimeSpan Duration, [property: Id(9)] CanonicalValue Data,
    [property: Id(10)] CanonicalValue Charts, [property: Id(11)] ImmutableSortedDictionary<string, OutputStatus> OutputStatus,
    [property: Id(12)] RunTrace Trace, [property: Id(13)] ImmutableArray<string> Warnings, [property: Id(14)] RunFailure? Failure,
    [property: Id(15)] Attributions Attributions);

/// <summary>A request to run a pattern under a key, so that a repeat finds the run instead of starting another.</summary>
/// <param name="Command">What to run.</param>
/// <param name="Key">1–128 visible ASCII characters of the caller's choice; null for an asynchronous run without one.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.start-run")]
public sealed record StartRun([property: Id(0)] ExecutePattern Command, [property: Id(1)] string? Key);

/// <summary>One thing that happened in a run.</summary>
/// <param name="Id"><c>attempt-number</c>, rising, and <c>attempt-end</c> for the last; what Last-Event-ID carries.</param>
/// <param name="Type">step_started, step_succeeded, step_skipped, step_failed or run_completed.</param>
/// <param name="Data">A JSON object: step and capability, or the run's status.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.run-event")]
public sealed record RunEvent([property: Id(0)] string Id, [property: Id(1)] string Type, [property: Id(2)] CanonicalValue Data);

/// <summary>A part of a run's events.</summary>
/// <param name="Events">In their order; empty when nothing happened meanwhile.</param>
/// <param name="Ended">True when no more will come.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.run-events")]
public sealed record RunEvents([property: Id(0)] ImmutableArray<RunEvent> Events, [property: Id(1)] bool Ended);

/// <summary>A run as its row tells it.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="UserId">Whose run.</param>
/// <param name="PatternId">What runs.</param>
/// <param name="Status">How it stands.</param>
/// <param name="PricingPackId">What it computes on.</param>
/// <param name="AsofDate">Date of the pack.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC; null while it runs.</param>
/// <param name="RunDigest">What it depends on, hexadecimal.</param>
/// <param name="ResultDigest">SHA-256 of the data; null without a result.</param>
/// <param name="Failure">Null unless it ended without a result.</param>
/// <param name="Run">The whole of it, for a run under a key or an asynchronous one that has ended; others keep their trace only.</param>
/// <param name="Trace">What ran; null while it runs.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.run-record")]
public sealed record RunRecord(
    [property: Id(0)] Guid RunId, [property: Id(1)] Guid UserId, [property: Id(2)] string PatternId, [property: Id(3)] RunStatus Status,
    [property: Id(4)] string PricingPackId, [property: Id(5)] DateOnly AsofDate, [property: Id(6)] DateTimeOffset StartedAt,
    [property: Id(7)] DateTimeOffset? EndedAt, [property: Id(8)] string? RunDigest, [property: Id(9)] string? ResultDigest,
    [property: Id(10)] RunFailure? Failure, [property: Id(11)] PatternRun? Run, [property: Id(12)] RunTrace? Trace);
