using System.Text.Json.Serialization;

namespace DawsOS.Patterns;

/// <summary>A run as it is stored.</summary>
internal sealed record RunRow
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public string PatternId { get; init; } = "";

    public string Status { get; init; } = "";

    /// <summary>Null for an interactive run.</summary>
    public string? RequestHash { get; init; }

    /// <summary>Raised when a run whose silo was lost is started again.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Address of the silo that runs or ran it.</summary>
    public string Silo { get; init; } = "";

    public string RequestId { get; init; } = "";

    public string PricingPackId { get; init; } = "";

    public DateOnly AsofDate { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? RunDigest { get; init; }

    public string? ResultDigest { get; init; }

    public string? FailureJson { get; init; }

    /// <summary>The <see cref="PatternRun"/>; without its data and charts for an interactive run.</summary>
    public string? ResultJson { get; init; }

    public string? EventsJson { get; init; }

    /// <summary>For the audit, not stored with the run; null once it is.</summary>
    [JsonIgnore]
    public RunAsked? Asked { get; init; }

    public RunStatus StatusNow => RunWords.Parse(Status);

    public static RunRow Of(PatternRun run, RunAsked? asked, string silo) => new()
    {
        Id = run.RunId,
        UserId = run.UserId,
        PatternId = run.PatternId,
        Status = RunWords.Of(run.Status),
        Silo = silo,
        RequestId = run.Trace.RequestId,
        PricingPackId = run.PricingPackId,
        AsofDate = run.AsofDate,
        StartedAt = run.StartedAt,
        EndedAt = run.StartedAt + run.Duration,
        RunDigest = run.Trace.RunDigest,
        ResultDigest = run.Trace.ResultDigest,
        FailureJson = run.Failure is null ? null : RunJson.Write(run.Failure),
        ResultJson = RunJson.Write(run),
        Asked = asked,
    };

    public RunRecord ToRecord()
    {
        var run = RunJson.Read<PatternRun>(ResultJson);
        return new RunRecord(
            Id, UserId, PatternId, StatusNow, PricingPackId, AsofDate, StartedAt, EndedAt, RunDigest, ResultDigest,
            RunJson.Read<RunFailure>(FailureJson), RequestHash is null ? null : run, run?.Trace);
    }
}
