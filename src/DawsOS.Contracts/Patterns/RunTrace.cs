using System.Collections.Immutable;
using System.Text.Json.Serialization;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>What a run did, on what, and where its numbers come from.</summary>
/// <param name="PatternId">What ran.</param>
/// <param name="PricingPackId">What it computed on.</param>
/// <param name="LedgerCommitHash">Null until there is a ledger.</param>
/// <param name="TraceId">W3C trace id of the request.</param>
/// <param name="RequestId">Id of the request.</param>
/// <param name="AgentsUsed">Sorted.</param>
/// <param name="CapabilitiesUsed">Sorted.</param>
/// <param name="Sources">Sorted, e.g. <c>series:VIXCLS</c>.</param>
/// <param name="PerPanelStaleness">One entry per step whose value has a date.</param>
/// <param name="Steps">In file order; a failed run has none after the failed one.</param>
/// <param name="CacheStats">How many steps were answered from memory.</param>
/// <param name="DataProvenance">How the values came to be.</param>
/// <param name="ResultDigest">SHA-256 of the data, hexadecimal; null unless succeeded.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.trace")]
public sealed record RunTrace(
    [property: Id(0)] string PatternId, [property: Id(1)] string PricingPackId, [property: Id(2)] string? LedgerCommitHash,
    [property: Id(3)] string TraceId, [property: Id(4)] string RequestId, [property: Id(5)] ImmutableArray<string> AgentsUsed,
    [property: Id(6)] ImmutableArray<string> CapabilitiesUsed, [property: Id(7)] ImmutableArray<string> Sources,
    [property: Id(8)] ImmutableArray<Staleness> PerPanelStaleness, [property: Id(9)] ImmutableArray<StepTrace> Steps,
    [property: Id(10)] CacheStats CacheStats, [property: Id(11)] DataProvenance DataProvenance, [property: Id(12)] string? ResultDigest);

/// <summary>How old a step's value is.</summary>
/// <param name="Capability">Which step.</param>
/// <param name="Asof">Date of the newest datum in it.</param>
/// <param name="Ttl">Seconds it may be shown without asking again; null = no promise.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.staleness")]
public sealed record Staleness([property: Id(0)] string Capability, [property: Id(1)] DateOnly Asof, [property: Id(2)] double? Ttl);

/// <summary>One executed step.</summary>
/// <param name="Capability">What ran.</param>
/// <param name="Args">Its arguments; a value above 2 KB is a digest <c>{type, count, sha256}</c>. Null when they could not be made.</param>
/// <param name="Success">False for the step that failed.</param>
/// <param name="DurationSeconds">Until its answer was there.</param>
/// <param name="Error">Why it failed; absent when it did not.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.step-trace")]
public sealed record StepTrace(
    [property: Id(0)] string Capability, [property: Id(1)] CanonicalValue? Args, [property: Id(2)] bool Success,
    [property: Id(3)] double DurationSeconds,
    [property: Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);

/// <summary>How many steps were answered from memory.</summary>
/// <param name="Hits">Always 0 until results are remembered.</param>
/// <param name="Misses">Steps that ran.</param>
/// <param name="Total">Hits and misses.</param>
/// <param name="HitRate">Hits / total, a fraction; 0 when nothing ran.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.cache-stats")]
public sealed record CacheStats(
    [property: Id(0)] int Hits, [property: Id(1)] int Misses, [property: Id(2)] int Total, [property: Id(3)] double HitRate);

/// <summary>How the values of a run came to be.</summary>
/// <param name="Overall"><c>real</c>, <c>computed</c>, <c>mixed</c>, or <c>unknown</c> when no step succeeded.</param>
/// <param name="TypesUsed">The single ones, sorted.</param>
/// <param name="Warnings">Warnings of the steps, in their order.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.provenance")]
public sealed record DataProvenance(
    [property: Id(0)] string Overall, [property: Id(1)] ImmutableArray<string> TypesUsed, [property: Id(2)] ImmutableArray<string> Warnings);
