using System.Buffers;
using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>What a run comes to, from what became of its steps. Depends on the steps alone, not on the order in which they ended.</summary>
internal static class RunRules
{
    public const string ExecutionError = "pattern_execution_error";
    public const string Timeout = "timeout";
    public const string SiloLost = "silo_lost";

    /// <summary>Why a run has no result whose silo went away under it.</summary>
    public static readonly RunFailure Lost = new(SiloLost, "The silo that ran it went away; the same key and body starts it again.", null);

    /// <summary>Why a run has no result in which the engine itself broke.</summary>
    public static readonly RunFailure Broken = new(ExecutionError, "The engine broke in this run; the log has it under the run's id.", null);

    private static readonly CanonicalValue NoCharts = new("[]"u8.ToArray());
    private static readonly ImmutableSortedDictionary<string, OutputStatus> NothingMissing = ImmutableSortedDictionary.Create<string, OutputStatus>(StringComparer.Ordinal);

    /// <summary>Why a run ended before its steps did.</summary>
    public static RunFailure Stopped(PatternDefinition pattern, bool byCaller) => byCaller
        ? new RunFailure(RejectionCodes.RunCancelled, "The run was cancelled.", null)
        : new RunFailure(Timeout, $"The run took longer than its {pattern.Timeout.TotalMilliseconds:0} ms.", null);

    /// <summary>Why a run has no result whose values came to more than a run may hold.</summary>
    public static RunFailure TooLarge(long limit) => new(ExecutionError, $"E_LIMIT: the values of the run are larger than {limit:N0} bytes.", null);

    public static PatternRun Conclude(RunRequest request, PatternPlan plan, RunExecution execution, RunFailure? stopped, TimeSpan duration)
    {
        var pattern = plan.Pattern;
        var failure = stopped ?? FirstFailure(execution.Records);
        var status = failure is null ? Degrades(execution.Records) ? RunStatus.Degraded : RunStatus.Succeeded : StatusOf(failure);
        var missing = failure is null ? Missing(pattern, execution.Records) : NothingMissing;
        var data = failure is null ? Data(pattern, execution.Scope) : CanonicalValue.Null;
        var charts = failure is null && plan.ChartsStep is { } step && execution.Records[step]!.Status == StepStatus.Succeeded
            ? execution.Records[step]!.Result!.Value
            : NoCharts;
        var warnings = Warnings(request, execution.Records, missing);
        var trace = TraceRules.Of(request, plan, execution.Records, failure is null ? data.Sha256 : null);
        return new PatternRun(
            request.RunId, request.Caller.UserId, pattern.Id, status, request.Context.PricingPackId, request.Context.LedgerCommitHash,
            request.Context.AsofDate, request.StartedAt, duration, data, charts, missing, trace, warnings, failure, TraceRules.AttributionsOf(trace.Sources));
    }

    private static RunStatus StatusOf(RunFailure failure) => failure.Code switch
    {
        RejectionCodes.RunCancelled => RunStatus.Cancelled,
        Timeout => RunStatus.TimedOut,
        _ => RunStatus.Failed,
    };

    // In file order, so that two that failed together are told the same way each time.
    private static RunFailure? FirstFailure(IReadOnlyList<StepRecord?> records)
    {
        foreach (var record in records)
        {
            if (record is { Status: StepStatus.Failed, Step.Optional: false, Failure: { } failure })
            {
                return new RunFailure(
                    failure.Class == FailureClass.CircuitOpen ? RejectionCodes.CircuitBreakerOpen : ExecutionError,
                    $"Step {record.Step.Index} ({record.Step.Capability}) failed: {failure.Message}", failure.RetryAfter,
                    record.Step.Agent, record.Step.Capability);
            }
        }
        return null;
    }

    private static bool Degrades(IReadOnlyList<StepRecord?> records)
    {
        foreach (var record in records)
        {
            if (record!.Status == StepStatus.Failed || record.Result is { Partial: true })
            {
                return true;
            }
        }
        return false;
    }

    private static ImmutableSortedDictionary<string, OutputStatus> Missing(PatternDefinition pattern, IReadOnlyList<StepRecord?> records)
    {
        var missing = NothingMissing;
        foreach (var record in records)
        {
            if (record!.Status != StepStatus.Succeeded && pattern.Outputs.Contains(record.Step.As))
            {
                missing = missing.Add(record.Step.As, record.Status == StepStatus.Failed
                    ? new OutputStatus("failed", record.Failure!.Message, record.Step.As)
                    : new OutputStatus("skipped", record.Reason!, record.Step.As));
            }
        }
        return missing;
    }

    private static ImmutableArray<string> Warnings(
        RunRequest request, IReadOnlyList<StepRecord?> records, ImmutableSortedDictionary<string, OutputStatus> missing)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (request.AskedAsof > request.Context.AsofDate)
        {
            warnings.Add(
                $"There is nothing newer than {request.Context.AsofDate:yyyy-MM-dd} on or before the asof_date {request.AskedAsof:yyyy-MM-dd}: " +
                $"computed as of {request.Context.AsofDate:yyyy-MM-dd}.");
        }
        foreach (var record in records)
        {
            if (record?.Result is { } result)
            {
                warnings.AddRange(result.Warnings);
            }
            if (record is { Status: StepStatus.Failed, Step.Optional: true, Failure: { } failure })
            {
                warnings.Add($"The optional step {record.Step.As} failed: {failure.Message}");
            }
        }
        foreach (var (output, status) in missing.Where(output => output.Value.Status == "skipped"))
        {
            warnings.Add($"The output {output} is null: its step was skipped ({status.Reason}).");
        }
        return warnings.ToImmutable();
    }

    // The values are canonical and the names sorted at load, so the whole is canonical.
    private static CanonicalValue Data(PatternDefinition pattern, RunScope scope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("{"u8);
        for (var i = 0; i < pattern.Outputs.Length; i++)
        {
            if (i > 0)
            {
                buffer.Write(","u8);
            }
            CanonicalJson.WriteString(buffer, pattern.Outputs[i]);
            buffer.Write(":"u8);
            buffer.Write(scope.Find(pattern.Outputs[i])!.Bytes.Span);
        }
        buffer.Write("}"u8);
        return new CanonicalValue(buffer.WrittenSpan.ToArray());
    }
}
