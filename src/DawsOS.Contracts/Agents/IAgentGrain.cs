using DawsOS.Accounts;

namespace DawsOS.Agents;

/// <summary>
/// One agent, keyed by its name (<c>macro_hound</c>, <c>charts</c>); every call of its capabilities passes here. A failure is a value, never an
/// exception; only a cancelled call throws.
/// </summary>
[GrainInterfaceType("daws.agent"), Alias("daws.agent")]
public interface IAgentGrain : IGrainWithStringKey
{
    /// <summary>Runs one capability. Calls run side by side.</summary>
    /// <param name="command">What to run and on which data.</param>
    /// <param name="cancellationToken">Reaches the capability.</param>
    /// <returns>The result, or why there is none.</returns>
    // Safe to interleave: a call shares nothing with another, and the agent's own state changes only in synchronous stretches.
    [Alias("invoke"), Orleans.Concurrency.AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<CapabilityResult> InvokeAsync(CapabilityCall command, CancellationToken cancellationToken = default);

    /// <summary>Tells how the circuit breaker stands.</summary>
    /// <param name="cancellationToken">Gives up the question.</param>
    /// <returns>Its state now.</returns>
    [Alias("describe"), Orleans.Concurrency.AlwaysInterleave]
    Task<AgentView> DescribeAsync(CancellationToken cancellationToken = default);

    /// <summary>Closes the circuit: calls are admitted at once. ADMIN only.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Gives up the wait, not the reset.</param>
    /// <returns>Its state after the reset.</returns>
    /// <exception cref="RejectedException">forbidden for any other role.</exception>
    [Alias("reset"), Orleans.Concurrency.AlwaysInterleave]
    Task<AgentView> ResetAsync(Caller caller, CancellationToken cancellationToken = default);
}
