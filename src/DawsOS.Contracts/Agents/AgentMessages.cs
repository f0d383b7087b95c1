using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>One call of a capability.</summary>
/// <param name="Caller">On whose behalf.</param>
/// <param name="Capability">Its name, e.g. <c>macro.get_series</c>.</param>
/// <param name="Args">A JSON object that fits the capability's signature.</param>
/// <param name="PricingPackId">What is computed on: nothing newer is read.</param>
[GenerateSerializer, Immutable, Alias("daws.capability-call")]
public sealed record CapabilityCall(
    [property: Id(0)] Caller Caller, [property: Id(1)] string Capability, [property: Id(2)] CanonicalValue Args, [property: Id(3)] string PricingPackId);

/// <summary>What a capability answered: a value, or a failure.</summary>
/// <param name="Value">The result; JSON <c>null</c> when it failed.</param>
/// <param name="Provenance">How the value came to be.</param>
/// <param name="Sources">What it rests on, e.g. <c>series:VIXCLS</c>.</param>
/// <param name="Asof">Date of the newest datum in it; null when it has no date.</param>
/// <param name="Ttl">How long it may be shown without asking again; null = no promise.</param>
/// <param name="Warnings">What the reader must know, e.g. missing data.</param>
/// <param name="Failure">Null when it succeeded.</param>
[GenerateSerializer, Immutable, Alias("daws.capability-result")]
public sealed record CapabilityResult(
    [property: Id(0)] CanonicalValue Value, [property: Id(1)] Provenance Provenance, [property: Id(2)] ImmutableArray<string> Sources,
    [property: Id(3)] DateOnly? Asof, [property: Id(4)] TimeSpan? Ttl, [property: Id(5)] ImmutableArray<string> Warnings,
    [property: Id(6)] CapabilityFailure? Failure);

/// <summary>Why a capability has no result.</summary>
/// <param name="Class">Whether the same call may succeed later.</param>
/// <param name="Message">One sentence that may be shown to the caller: no internals.</param>
[GenerateSerializer, Immutable, Alias("daws.capability-failure")]
public sealed record CapabilityFailure([property: Id(0)] FailureClass Class, [property: Id(1)] string Message);

/// <summary>What kind of failure.</summary>
public enum FailureClass
{
    /// <summary>Arguments, permission or the domain say no; the same call fails again.</summary>
    Business = 1,

    /// <summary>Something it needs broke or is away; the same call may succeed later.</summary>
    Transient = 2,

    /// <summary>It took too long.</summary>
    Timeout = 3,
}

/// <summary>How a value came to be.</summary>
public enum Provenance
{
    /// <summary>Read from stored observations.</summary>
    Real = 1,

    /// <summary>Computed from other values.</summary>
    Computed = 2,
}
