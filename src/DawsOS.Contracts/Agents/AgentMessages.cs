using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>One call of a capability.</summary>
/// <param name="Caller">On whose behalf.</param>
/// <param name="Capability">Its name, e.g. <c>macro.get_series</c>.</param>
/// <param name="Args">A JSON object that fits the capability's signature.</param>
/// <param name="PricingPackId">What is computed on: nothing newer is read.</param>
/// <param name="Timeout">Time for this call; null = what the run has left. When it is up the token fires and the answer is a timeout.</param>
/// <param name="IdempotencyKey"><c>run_id/step</c>, the same for every attempt; null for capabilities that only read.</param>
/// <param name="TimeLeft">
/// Time until the caller's run gives up and cancels the token; a call cancelled then counts as a timeout. Null when there is no run: such a call has 30 s.
/// </param>
[GenerateSerializer, Immutable, Alias("daws.capability-call")]
public sealed record CapabilityCall(
    [property: Id(0)] Caller Caller, [property: Id(1)] string Capability, [property: Id(2)] CanonicalValue Args, [property: Id(3)] string PricingPackId,
    [property: Id(4)] TimeSpan? Timeout = null, [property: Id(5)] string? IdempotencyKey = null, [property: Id(6)] TimeSpan? TimeLeft = null);

/// <summary>What a capability answered: a value, or a failure.</summary>
/// <param name="Value">The result; JSON <c>null</c> when it failed.</param>
/// <param name="Provenance">How the value came to be.</param>
/// <param name="Sources">What it rests on, e.g. <c>series:VIXCLS</c>.</param>
/// <param name="Asof">Date of the newest datum in it; null when it has no date.</param>
/// <param name="Ttl">How long it may be shown without asking again; null = no promise.</param>
/// <param name="Warnings">What the reader must know, e.g. missing data.</param>
/// <param name="Failure">Null when it succeeded.</param>
/// <param name="Partial">True when a part could not be had; the warnings say which. It makes the run degraded.</param>
[GenerateSerializer, Immutable, Alias("daws.capability-result")]
public sealed record CapabilityResult(
    [property: Id(0)] CanonicalValue Value, [property: Id(1)] Provenance Provenance, [property: Id(2)] ImmutableArray<string> Sources,
    [property: Id(3)] DateOnly? Asof, [property: Id(4)] TimeSpan? Ttl, [property: Id(5)] ImmutableArray<string> Warnings,
    [property: Id(6)] CapabilityFailure? Failure, [property: Id(7)] bool Partial = false);

/// <summary>Why a capability has no result.</summary>
/// <param name="Class">Whether the same call may succeed later.</param>
/// <param name="Message">One sentence that may be shown to the caller: no internals.</param>
/// <param name="RetryAfter">When the same call may be admitted; null = not known.</param>
[GenerateSerializer, Immutable, Alias("daws.capability-failure")]
public sealed record CapabilityFailure([property: Id(0)] FailureClass Class, [property: Id(1)] string Message, [property: Id(2)] TimeSpan? RetryAfter = null);

/// <summary>What kind of failure.</summary>
public enum FailureClass
{
    /// <summary>Arguments, permission or the domain say no; the same call fails again.</summary>
    Business = 1,

    /// <summary>Something it needs broke or is away; the same call may succeed later.</summary>
    Transient = 2,

    /// <summary>It took too long.</summary>
    Timeout = 3,

    /// <summary>The agent's circuit is open: the capability was not called.</summary>
    CircuitOpen = 4,
}

/// <summary>How a value came to be.</summary>
public enum Provenance
{
    /// <summary>Read from stored observations.</summary>
    Real = 1,

    /// <summary>Computed from other values.</summary>
    Computed = 2,
}

/// <summary>Whether an agent admits calls.</summary>
public enum CircuitState
{
    /// <summary>Calls are admitted.</summary>
    Closed = 0,

    /// <summary>Calls are refused until <see cref="AgentView.OpenUntil"/>.</summary>
    Open = 1,

    /// <summary>One call is trying whether the agent works again; the others are refused.</summary>
    HalfOpen = 2,
}

/// <summary>An agent's circuit breaker as it stands.</summary>
/// <param name="State">Whether calls are admitted.</param>
/// <param name="Failures">Consecutive failures of the infrastructure; 0 after a success.</param>
/// <param name="OpenedAt">When it opened, UTC; null while closed.</param>
/// <param name="OpenUntil">When the next call is let through to try, UTC; null while closed.</param>
[GenerateSerializer, Immutable, Alias("daws.agent-view")]
public sealed record AgentView(
    [property: Id(0)] CircuitState State, [property: Id(1)] int Failures, [property: Id(2)] DateTimeOffset? OpenedAt, [property: Id(3)] DateTimeOffset? OpenUntil);
