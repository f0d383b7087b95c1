namespace DawsOS.Agents;

/// <summary>What guards every agent.</summary>
internal sealed record AgentOptions
{
    /// <summary>Consecutive infrastructure failures that open the circuit (AGENT_BREAKER_THRESHOLD).</summary>
    public int BreakerThreshold { get; init; } = 5;

    /// <summary>How long it stays open (AGENT_BREAKER_SECONDS).</summary>
    public TimeSpan BreakerOpenFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls of one agent at a time (AGENT_MAX_CONCURRENCY); more are refused as transient.</summary>
    public int MaxConcurrency { get; init; } = 256;

    /// <summary>Bytes of one result (MAX_STEP_RESULT_BYTES).</summary>
    public int MaxResultBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of all arguments and results that one run may hold at a time.</summary>
    public long MaxRunBytes => 16L * MaxResultBytes;
}
