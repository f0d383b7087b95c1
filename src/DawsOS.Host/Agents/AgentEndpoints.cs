using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Canonical;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Agents;

/// <summary>What the agents can do and how their circuit breakers stand.</summary>
internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/v1/agents").WithTags("Agents");
        agents.MapGet("", ListAsync).RequireAuthorization(Policies.Viewer);
        agents.MapPost("/{name}/reset", ResetAsync).RequireAuthorization(Policies.Admin);
    }

    private static async Task<Ok<AgentDescription[]>> ListAsync(CapabilityRegistry registry, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var agents = registry.All.GroupBy(capability => capability.Agent, StringComparer.Ordinal).OrderBy(agent => agent.Key, StringComparer.Ordinal);
        return TypedResults.Ok(await Task.WhenAll(agents.Select(async agent =>
            AgentDescription.Of(agent.Key, agent, await grains.GetGrain<IAgentGrain>(agent.Key).DescribeAsync(cancellationToken)))));
    }

    private static async Task<Ok<CircuitBreakerView>> ResetAsync(
        string name, ClaimsPrincipal user, CapabilityRegistry registry, IGrainFactory grains, CancellationToken cancellationToken)
    {
        // A grain of any name would come to life.
        if (registry.All.All(capability => capability.Agent != name))
        {
            throw RejectedException.NotFound("agent");
        }
        return TypedResults.Ok(CircuitBreakerView.Of(await grains.GetGrain<IAgentGrain>(name).ResetAsync(user.Caller(), cancellationToken)));
    }
}

/// <summary>One agent.</summary>
internal sealed record AgentDescription(string Name, IReadOnlyList<CapabilityDescription> Capabilities, CircuitBreakerView CircuitBreaker)
{
    public static AgentDescription Of(string name, IEnumerable<Capability> capabilities, AgentView breaker) => new(
        name, [.. capabilities.Select(CapabilityDescription.Of)], CircuitBreakerView.Of(breaker));
}

/// <summary>One capability as it is declared.</summary>
internal sealed record CapabilityDescription(
    string Name, string Description, CanonicalValue ArgsSchema, CanonicalValue ResultSchema, int Version, string Effect, double? TtlSeconds,
    IReadOnlyList<string> Sources, IReadOnlyList<string> FailureClasses)
{
    public static CapabilityDescription Of(Capability capability) => new(
        capability.Name, capability.Description, capability.ArgsSchema, capability.ResultSchema, capability.Version,
        capability.Effect == Agents.Effect.Write ? "write" : "read", capability.Ttl?.TotalSeconds, [.. capability.Sources.Select(kind => kind.Name)],
        [.. capability.FailureClasses.Select(NameOf)]);

    private static string NameOf(FailureClass failure) => failure switch
    {
        FailureClass.Business => "business",
        FailureClass.Timeout => "timeout",
        FailureClass.CircuitOpen => "circuit_open",
        _ => "transient",
    };
}

/// <summary>How a circuit breaker stands.</summary>
internal sealed record CircuitBreakerView(string State, int Failures, DateTimeOffset? OpenedAt, DateTimeOffset? OpenUntil)
{
    public static CircuitBreakerView Of(AgentView view) => new(
        view.State switch { CircuitState.Open => "OPEN", CircuitState.HalfOpen => "HALF_OPEN", _ => "CLOSED" }, view.Failures, view.OpenedAt, view.OpenUntil);
}
