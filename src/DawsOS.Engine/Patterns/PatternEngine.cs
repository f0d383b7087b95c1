using System.Buffers;
using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Metrics;

namespace DawsOS.Patterns;

/// <summary>What the steps of a run came to. Data and charts are JSON null unless every step succeeded.</summary>
internal sealed record EngineRun(
    RunStatus Status, CanonicalValue Data, CanonicalValue Charts, ImmutableArray<StepRecord> Steps, string? Failure);

/// <summary>One executed step; no result when its arguments could not be made or its call was given up.</summary>
internal sealed record StepRecord(StepDefinition Step, CanonicalValue? Args, CapabilityResult? Result, TimeSpan Duration, string? Error);

/// <summary>Runs the steps of a pattern in file order, each through its agent.</summary>
internal sealed class PatternEngine(IGrainFactory grains, PatternMetrics metrics, TimeProvider clock)
{
    private const string ChartsStep = "charts";
    private static readonly CanonicalValue NoCharts = new("[]"u8.ToArray());

    /// <param name="timeout">Cancelled when the run's time is up.</param>
    /// <param name="cancellationToken">Cancelled by the caller, or by <paramref name="timeout"/>.</param>
    public async Task<EngineRun> RunAsync(
        PatternDefinition pattern, Caller caller, RunContext context, CanonicalValue inputs, CancellationToken timeout, CancellationToken cancellationToken)
    {
        var scope = new RunScope(inputs, context.ToValue());
        var records = ImmutableArray.CreateBuilder<StepRecord>(pattern.Steps.Length);
        for (var i = 0; i < pattern.Steps.Length; i++)
        {
            var started = clock.GetTimestamp();
            var record = await StepAsync(pattern.Steps[i], caller, context.PricingPackId, scope, timeout, cancellationToken);
            record = record with { Duration = clock.GetElapsedTime(started) };
            records.Add(record);
            metrics.StepRan(pattern.Id, i, record.Step.Capability, record.Duration);
            if (record.Error is { } error)
            {
                var status = timeout.IsCancellationRequested ? RunStatus.TimedOut : RunStatus.Failed;
                return Ended(pattern, new EngineRun(
                    status, CanonicalValue.Null, CanonicalValue.Null, records.ToImmutable(), $"Step {i} ({record.Step.Capability}) failed: {error}"));
            }
            scope.Add(record.Step.As, record.Result!.Value);
        }
        return Ended(pattern, new EngineRun(
            RunStatus.Succeeded, Data(pattern, scope), scope.Find(ChartsStep) ?? NoCharts, records.ToImmutable(), null));
    }

    private async Task<StepRecord> StepAsync(
        StepDefinition step, Caller caller, string packId, RunScope scope, CancellationToken timeout, CancellationToken cancellationToken)
    {
        CanonicalValue? args = null;
        try
        {
            args = step.Args.Resolve(scope);
            var result = await grains.GetGrain<IAgentGrain>(step.Agent).InvokeAsync(new CapabilityCall(caller, step.Capability, args, packId), cancellationToken);
            return new StepRecord(step, args, result, default, result.Failure?.Message);
        }
        catch (UnresolvedReferenceException e)
        {
            return new StepRecord(step, null, null, default, e.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new StepRecord(step, args, null, default, "the run took longer than allowed");
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return new StepRecord(step, args, null, default, $"the agent {step.Agent} did not answer");
        }
    }

    private EngineRun Ended(PatternDefinition pattern, EngineRun run)
    {
        metrics.PatternExecuted(pattern.Id, run.Status == RunStatus.Succeeded);
        return run;
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
