using System.Text.Json;
using System.Text.Json.Serialization;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Body of POST /v1/execute. Text that is no date or id is a fault of its value (422), so both come in as text.</summary>
internal sealed record ExecuteRequest
{
    public required string PatternId { get; init; }

    public JsonElement Inputs { get; init; }

    public bool RequireFresh { get; init; } = true;

    public string? AsofDate { get; init; }

    public string? PortfolioId { get; init; }

    public string? SecurityId { get; init; }
}

internal sealed record ExecuteResponse(ExecuteResult Result, RunMetadata Metadata, IReadOnlyList<string> Warnings, string TraceId)
{
    public static ExecuteResponse Of(PatternRun run) => new(ExecuteResult.Of(run), RunMetadata.Of(run), run.Warnings, run.Trace.TraceId);
}

/// <summary>What came out. <c>output_status</c> says why an output is null whose step did not succeed.</summary>
internal sealed record ExecuteResult(
    CanonicalValue Data, CanonicalValue Charts, RunTrace Trace, IReadOnlyDictionary<string, OutputStatus> OutputStatus,
    [property: JsonPropertyName("__attributions__")] Attributions Attributions)
{
    public static ExecuteResult Of(PatternRun run) => new(run.Data, run.Charts, run.Trace, run.OutputStatus, run.Attributions);
}

internal sealed record RunMetadata(
    string PricingPackId, string? LedgerCommitHash, string PatternId, DateOnly AsofDate, double DurationMs, DateTimeOffset Timestamp, Guid RunId, string Status)
{
    public static RunMetadata Of(PatternRun run) => new(
        run.PricingPackId, run.LedgerCommitHash, run.PatternId, run.AsofDate, Math.Round(run.Duration.TotalMilliseconds, 2), run.StartedAt, run.RunId,
        RunWords.Of(run.Status));
}

/// <summary>Answer to an asynchronous start.</summary>
internal sealed record RunStarted(Guid RunId);

/// <summary>What went wrong, where, and how far the run came.</summary>
internal sealed record FailureDetails(
    Guid RunId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Agent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Capability, RunTrace Trace)
{
    public static FailureDetails Of(PatternRun run) => new(run.RunId, run.Failure?.Agent, run.Failure?.Capability, run.Trace);
}
