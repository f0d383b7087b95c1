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
}
