using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>One thing that an agent can do. A class of this kind is found at start: adding one is one file.</summary>
internal abstract class Capability(string name, string agent, string description)
{
    private static readonly CanonicalValue Anything = new("true"u8.ToArray());

    /// <summary>Reads arguments.</summary>
    public static JsonSerializerOptions ArgumentOptions => CapabilityJson.Arguments;

    public string Name => name;

    public string Agent => agent;

    public string Description => description;

    /// <summary>Raised with every change of what it answers; part of a run's digest.</summary>
    public virtual int Version => 1;

    /// <summary>A read may be remembered and shared within a run; a write never is.</summary>
    public virtual Effect Effect => Effect.Read;

    /// <summary>How long an answer may be shown without asking again: what per_panel_staleness tells of it; null = no promise.</summary>
    public virtual TimeSpan? Ttl => null;

    /// <summary>What its answers may rest on.</summary>
    public virtual ImmutableArray<SourceKind> Sources => [];

    /// <summary>How it may fail by itself. Any call may besides find its agent busy (transient), slow (timeout) or its circuit open.</summary>
    public virtual ImmutableArray<FailureClass> FailureClasses => [FailureClass.Business];

    /// <summary>The record of its arguments: what the loader checks against; a dictionary takes any.</summary>
    public abstract JsonTypeInfo Signature { get; }

    /// <summary><see cref="Signature"/> as JSON Schema.</summary>
    public CanonicalValue ArgsSchema => field ??= CapabilityJson.SchemaOf(Signature);

    /// <summary>The record of its result as JSON Schema; <c>true</c> when it may be anything.</summary>
    public virtual CanonicalValue ResultSchema => Anything;

    /// <summary>Must not read anything newer than the pack of the call, nor the clock.</summary>
    /// <exception cref="RejectedException">What the caller did wrong: a business failure.</exception>
    public Task<CapabilityResult> InvokeAsync(CapabilityCall call, CancellationToken cancellationToken) =>
        Ttl is null ? CallAsync(call, cancellationToken) : WithTtlAsync(CallAsync(call, cancellationToken));

    public static CapabilityResult Failed(FailureClass failure, string message) =>
        new(CanonicalValue.Null, Provenance.Computed, [], null, null, [], new CapabilityFailure(failure, message));

    public static CapabilityResult TimedOut(string capability, TimeSpan limit) =>
        Failed(FailureClass.Timeout, $"{capability} took longer than {limit.TotalMilliseconds:0} ms.");

    public static CapabilityResult Refused(string agent, TimeSpan wait) => new(
        CanonicalValue.Null, Provenance.Computed, [], null, null, [],
        new CapabilityFailure(FailureClass.CircuitOpen, $"The agent {agent} has failed repeatedly and is left alone for a while.", wait));

    private protected abstract Task<CapabilityResult> CallAsync(CapabilityCall call, CancellationToken cancellationToken);

    // The one place where the declared ttl reaches a result, and with it the trace.
    private async Task<CapabilityResult> WithTtlAsync(Task<CapabilityResult> call)
    {
        var result = await call;
        return result is { Failure: null, Ttl: null } ? result with { Ttl = Ttl } : result;
    }
}

/// <summary>
/// A capability with typed arguments, a record with <c>required</c> and optional members, that answers whatever JSON it likes: for tests of the
/// engine. All others say what they answer and derive from <see cref="Capability{TArgs, TResult}"/>.
/// </summary>
internal abstract class Capability<TArgs>(string name, string agent, string description) : Capability(name, agent, description)
    where TArgs : class
{
    public override JsonTypeInfo Signature { get; } = ArgumentOptions.GetTypeInfo(typeof(TArgs));

    private protected override Task<CapabilityResult> CallAsync(CapabilityCall call, CancellationToken cancellationToken) =>
        RunAsync(CapabilityJson.Read<TArgs>(Name, call.Args), call, cancellationToken);

    protected abstract Task<CapabilityResult> RunAsync(TArgs args, CapabilityCall call, CancellationToken cancellationToken);
}

/// <summary>A capability with typed arguments and a typed result, which is made canonical once, here.</summary>
internal abstract class Capability<TArgs, TResult>(string name, string agent, string description) : Capability<TArgs>(name, agent, description)
    where TArgs : class
{
    public override CanonicalValue ResultSchema => field ??= CapabilityJson.SchemaOf(CanonicalJson.Records.GetTypeInfo(typeof(TResult)));

    protected sealed override async Task<CapabilityResult> RunAsync(TArgs args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var answer = await AnswerAsync(args, call, cancellationToken);
        return answer.ToResult(await WriteAsync(answer.Value, cancellationToken));
    }

    protected abstract Task<Answer<TResult>> AnswerAsync(TArgs args, CapabilityCall call, CancellationToken cancellationToken);

    /// <summary>For those whose answers are large: through the <see cref="ComputePool"/>.</summary>
    protected virtual Task<CanonicalValue> WriteAsync(TResult value, CancellationToken cancellationToken) => Task.FromResult(CanonicalJson.Of(value));
}

/// <summary>What a capability has found out.</summary>
/// <param name="Value">Its record.</param>
/// <param name="Provenance">How the value came to be.</param>
internal sealed record Answer<TResult>(TResult Value, Provenance Provenance)
{
    /// <summary>What it rests on, each of a kind that the capability declares.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>Date of the newest datum in it; null when it has none.</summary>
    public DateOnly? Asof { get; init; }

    /// <summary>What the reader must know: everything that is null for want of data.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>A part could not be had; the warnings say which.</summary>
    public bool Partial { get; init; }

    public CapabilityResult ToResult(CanonicalValue written) => new(written, Provenance, Sources, Asof, null, Warnings, null, Partial);
}

/// <summary>What a call may change.</summary>
internal enum Effect
{
    Read,
    Write,
}
