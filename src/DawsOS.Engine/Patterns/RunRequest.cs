using DawsOS.Accounts;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>A request that passed every gate: what is run, for whom, on what. Its time counts from its arrival at the gates.</summary>
internal sealed record RunRequest(
    Guid RunId, Caller Caller, PatternDefinition Pattern, CanonicalValue Inputs, RunContext Context, string RequestId, string TraceId,
    DateTimeOffset StartedAt, long StartedTimestamp, DateOnly? AskedAsof)
{
    /// <summary>What templates see as <c>ctx</c>.</summary>
    public CanonicalValue ContextValue { get; } = Context.ToValue();
}
