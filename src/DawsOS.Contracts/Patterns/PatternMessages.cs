using System.Collections.Immutable;

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

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>Every step succeeded.</summary>
    Succeeded = 1,

    /// <summary>A step failed; the trace says which.</summary>
    Failed = 3,

    /// <summary>It took longer than allowed.</summary>
    TimedOut = 6,
}

/// <summary>A run that was executed.</summary>
/// <param name="RunId">UUIDv7.</param>
/// <param name="PatternId">What ran.</param>
/// <param name="Status">How it ended.</param>
/// <param name="PricingPackId">What it computed on.</param>
/// <param name="LedgerCommitHash">Null until there is a ledger.</param>
/// <param name="AsofDate">Date of the pack.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Duration">From the request's arrival at the runner to its end.</param>
/// <param name="Data">The outputs by name; the same bytes for the same pack and inputs. JSON <c>null</c> unless succeeded.</param>
/// <param name="Charts">The value of the step <c>charts</c>, else an empty list.</param>
/// <param name="Trace">What ran, on what, for how long; partial when it failed.</param>
/// <param name="Warnings">What the reader must know.</param>
/// <param name="Failure">One sentence without internals; null when succeeded.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.run")]
public sealed record PatternRun(
    [property: Id(0)] Guid RunId, [property: Id(1)] string PatternId, [property: Id(2)] RunStatus Status, [property: Id(3)] string PricingPackId,
    [property: Id(4)] string? LedgerCommitHash, [property: Id(5)] DateOnly AsofDate, [property: Id(6)] DateTimeOffset StartedAt,
    [property: Id(7)] TimeSpan Duration, [property: Id(8)] CanonicalValue Data, [property: Id(9)] CanonicalValue Charts,
    [property: Id(10)] RunTrace Trace, [property: Id(11)] ImmutableArray<string> Warnings, [property: Id(12)] string? Failure);
