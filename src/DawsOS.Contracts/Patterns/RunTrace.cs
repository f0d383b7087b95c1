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
/// <param name="Steps">All of the pattern, in file order whatever the schedule was.</param>
/// <param name="CacheStats">How many steps were answered from memory.</param>
/// <param name="DataProvenance">How the values came to be.</param>
/// <param name="ResultDigest">SHA-256 of the data, hexadecimal; null without a result.</param>
/// <param name="RunDigest">SHA-256 of all that the result may depend on: pattern, inputs, context with its pack, capability versions.</param>
/// <param name="PatternDigest">SHA-256 of the canonical definition.</param>
/// <param name="CapabilityVersions">Version by capability, for all of the pattern.</param>
/// <param name="Inputs">As used, defaults filled in; above 2 KB in all the largest are digests <c>{type, count, sha256}</c>, or the whole is.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.trace")]
public sealed record RunTrace(
    [property: Id(0)] string PatternId, [property: Id(1)] string PricingPackId, [property: Id(2)] string? LedgerCommitHash,
    [property: Id(3)] string TraceId, [property: Id(4)] string RequestId, [property: Id(5)] ImmutableArray<string> AgentsUsed,
    [property: Id(6)] ImmutableArray<string> CapabilitiesUsed, [property: Id(7)] ImmutableArray<string> Sources,
    [property: Id(8)] ImmutableArray<Staleness> PerPanelStaleness, [property: Id(9)] ImmutableArray<StepTrace> Steps,
    [property: Id(10)] CacheStats CacheStats, [property: Id(11)] DataProvenance DataProvenance, [property: Id(12)] string? ResultDigest,
    [property: Id(13)] string RunDigest, [property: Id(14)] string PatternDigest, [property: Id(15)] ImmutableSortedDictionary<string, int> CapabilityVersions,
    [property: Id(16)] CanonicalValue Inputs);

/// <summary>Whom to name beside the numbers of a run.</summary>
/// <param name="Sources">Sorted.</param>
/// <param name="Text">Sentences that a source demands; empty when none does.</param>
/// <param name="Urls">Where the sources are at home.</param>
/// <param name="Count">Number of sources.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.attributions")]
public sealed record Attributions(
    [property: Id(0)] ImmutableArray<string> Sources, [property: Id(1)] ImmutableArray<string> Text, [property: Id(2)] ImmutableArray<string> Urls,
    [property: Id(3)] int Count);

/// <summary>How old a step's value is.</summary>
/// <param name="Capability">Which step.</param>
/// <param name="Asof">Date of the newest datum in it.</param>
/// <param name="Ttl">Seconds it may be shown without asking again; null = no promise.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.staleness")]
public sealed record Staleness([property: Id(0)] string Capability, [property: Id(1)] DateOnly Asof, [property: Id(2)] double? Ttl);

/// <summary>One step: executed, failed or skipped. Absent members do not apply.</summary>
/// <param name="Capability">What ran.</param>
/// <param name="As">Name of the step.</param>
/// <param name="Args">Its arguments; above 2 KB in all the largest are digests <c>{type, count, sha256}</c>, or the whole is. Absent when they were not made.</param>
/// <param name="Success">False for a step that failed; absent for one that was skipped.</param>
/// <param name="DurationSeconds">Until its answer was there, waits between attempts included.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Skipped">True when it did not run.</param>
/// <param name="Reason">Why it did not: condition_not_met, upstream_failed, upstream_skipped or run_ended.</param>
/// <param name="Origin"><c>computed</c>, <c>memo</c> (an equal step had its answer) or <c>coalesced</c> (an equal step was under way).</param>
/// <param name="Attempts">How often it was tried, when more than once.</param>
/// <param name="ResultDigest">SHA-256 of its value.</param>
[GenerateSerializer, Immutable, Alias("daws.pattern.step-trace")]
public sealed record StepTrace(
    [property: Id(0)] string Capability,
    [property: Id(1)] string As,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CanonicalValue? Args = null,
    [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Success = null,
    [property: Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? DurationSeconds = null,
    [property: Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null,
    [property: Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Skipped = false,
    [property: Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null,
    [property: Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Origin = null,
    [property: Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attempts = null,
    [property: Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ResultDigest = null);

/// <summary>How many steps were answered from memory.</summary>
/// <param name="Hits">Steps answered by an equal one of the same run.</param>
/// <param name="Misses">Steps that were computed.</param>
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
