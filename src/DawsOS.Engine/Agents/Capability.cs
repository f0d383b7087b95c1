using System.Text.Json;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>One thing that an agent can do. A class of this kind is found at start: adding one is one file.</summary>
internal abstract class Capability(string name, string agent, string description)
{
    /// <summary>Reads arguments: strict about names, types and nulls.</summary>
    public static readonly JsonSerializerOptions ArgumentOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        MaxDepth = 128,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public string Name => name;

    public string Agent => agent;

    public string Description => description;

    /// <summary>Raised with every change of what it answers; part of a run's digest.</summary>
    public virtual int Version => 1;

    /// <summary>A read may be remembered and shared within a run; a write never is.</summary>
    public virtual Effect Effect => Effect.Read;

    /// <summary>How long an answer may be shared across runs on the same pack; null = not at all.</summary>
    public virtual TimeSpan? Ttl => null;

    /// <summary>The record of its arguments: what the loader checks against; a dictionary takes any.</summary>
    public abstract JsonTypeInfo Signature { get; }

    /// <summary><see cref="Signature"/> as JSON Schema.</summary>
    public CanonicalValue ArgsSchema => field ??= CanonicalJson.Of(JsonSerializer.SerializeToElement(Signature.GetJsonSchemaAsNode()));

    /// <summary>Must not read anything newer than the pack of the call, nor the clock.</summary>
    public abstract Task<CapabilityResult> InvokeAsync(CapabilityCall call, CancellationToken cancellationToken);

    public static CapabilityResult Failed(FailureClass failure, string message) =>
        new(CanonicalValue.Null, Provenance.Computed, [], null, null, [], new CapabilityFailure(failure, message));

    public static CapabilityResult TimedOut(string capability, TimeSpan limit) =>
        Failed(FailureClass.Timeout, $"{capability} took longer than {limit.TotalMilliseconds:0} ms.");

    public static CapabilityResult Refused(string agent, TimeSpan wait) => new(
        CanonicalValue.Null, Provenance.Computed, [], null, null, [],
        new CapabilityFailure(FailureClass.CircuitOpen, $"The agent {agent} has failed repeatedly and is left alone for a while.", wait));
}

/// <summary>A capability with typed arguments: a record with <c>required</c> and optional members.</summary>
internal abstract class Capability<TArgs>(string name, string agent, string description) : Capability(name, agent, description)
    where TArgs : class
{
    public override JsonTypeInfo Signature { get; } = ArgumentOptions.GetTypeInfo(typeof(TArgs));

    public override Task<CapabilityResult> InvokeAsync(CapabilityCall call, CancellationToken cancellationToken)
    {
        TArgs args;
        try
        {
            args = JsonSerializer.Deserialize<TArgs>(call.Args.Bytes.Span, ArgumentOptions)!;
        }
        catch (JsonException e)
        {
            return Task.FromResult(Failed(FailureClass.Business, $"The arguments of {Name} do not fit at '{e.Path}'."));
        }
        return RunAsync(args, call, cancellationToken);
    }

    protected abstract Task<CapabilityResult> RunAsync(TArgs args, CapabilityCall call, CancellationToken cancellationToken);
}

/// <summary>What a call may change.</summary>
internal enum Effect
{
    Read,
    Write,
}
