using System.Text.Json.Serialization;

namespace DawsOS.Patterns;

/// <summary>A run in a list.</summary>
internal sealed record RunSummary(
    Guid RunId, Guid UserId, string PatternId, string Status, string PricingPackId, DateOnly AsofDate, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    string? RunDigest, string? ResultDigest, RunProblem? Problem)
{
    public static RunSummary Of(RunRecord record) => new(
        record.RunId, record.UserId, record.PatternId, RunWords.Of(record.Status), record.PricingPackId, record.AsofDate, record.StartedAt, record.EndedAt,
        record.RunDigest, record.ResultDigest, RunProblem.Of(record.Failure));
}

/// <summary>
/// A run: <c>result</c> when it ended with one and was keyed or asynchronous (of interactive runs only digests and trace are kept),
/// <c>problem</c> when it ended without.
/// </summary>
internal sealed record RunView(
    Guid RunId, Guid UserId, string? PatternId, string Status, string? PricingPackId, DateOnly? AsofDate, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    string? RunDigest, string? ResultDigest, ExecuteResult? Result, RunProblem? Problem, RunTrace? Trace, IReadOnlyList<string> Warnings)
{
    public static RunView Of(RunRecord record) => new(
        record.RunId, record.UserId, record.PatternId, RunWords.Of(record.Status), record.PricingPackId, record.AsofDate, record.StartedAt, record.EndedAt,
        record.RunDigest, record.ResultDigest, record.Failure is null && record.Run is { } run ? ExecuteResult.Of(run) : null, RunProblem.Of(record.Failure),
        record.Trace, record.Run?.Warnings ?? []);

    /// <summary>An interactive run that was told to stop; its row comes when it has.</summary>
    public static RunView Cancelled(Guid runId, Guid userId) => new(
        runId, userId, null, RunWords.Of(RunStatus.Cancelled), null, null, null, null, null, null, null,
        new RunProblem(RejectionCodes.RunCancelled, "The run was cancelled.", null), null, []);
}

/// <summary>Why a run has no result.</summary>
internal sealed record RunProblem(
    string Error, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? RetryAfterSeconds)
{
    public static RunProblem? Of(RunFailure? failure) => failure is null ? null : new(failure.Code, failure.Message, failure.RetryAfter?.TotalSeconds);
}
