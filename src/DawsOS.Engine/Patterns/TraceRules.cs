using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using DawsOS.Agents;

namespace DawsOS.Patterns;

/// <summary>Makes the trace of a run from its steps.</summary>
internal static class TraceRules
{
    /// <summary>Raised when a condition or a template comes to mean something else; part of every run digest.</summary>
    public const int ExpressionSemantics = 1;

    public static RunTrace Of(
        RunRequest request, PatternPlan plan, IReadOnlyList<StepRecord?> records, string? resultDigest)
    {
        var answered = records.Where(record => record is { Status: StepStatus.Succeeded }).Select(record => record!).ToList();
        var called = records.Where(record => record?.Result is not null).Select(record => record!).ToList();
        var begun = records.Where(record => record is { Result: not null } or { Status: StepStatus.CutOff }).Select(record => record!).ToList();
        var hits = called.Count(record => record.Origin != Origin.Computed);
        return new RunTrace(
            plan.Pattern.Id,
            request.Context.PricingPackId,
            request.Context.LedgerCommitHash,
            request.TraceId,
            request.RequestId,
            begun.Count == records.Count ? plan.Agents : Sorted(begun.Select(record => record.Step.Agent)),
            begun.Count == records.Count ? [.. plan.Versions.Keys] : Sorted(begun.Select(record => record.Step.Capability)),
            Sorted(answered.SelectMany(record => record.Result!.Sources)),
            [.. answered.Where(record => record.Result!.Asof is not null)
                .Select(record => new Staleness(record.Step.Capability, record.Result!.Asof!.Value, record.Result.Ttl?.TotalSeconds))],
            [.. plan.Pattern.Steps.Select(step => StepOf(step, records[step.Index]))],
            new CacheStats(hits, called.Count - hits, called.Count, called.Count == 0 ? 0 : (double)hits / called.Count),
            Provenance(answered),
            resultDigest,
            RunDigest(request, plan),
            plan.Pattern.Digest,
            plan.Versions,
            ArgumentDigest.Shorten(request.Inputs));
    }

    /// <summary>SHA-256 of everything that a result may depend on: two runs of one digest have one result.</summary>
    // Canonical JSON by hand, because every run makes it: {capabilities, context, expressions, inputs, pattern}.
    public static string RunDigest(RunRequest request, PatternPlan plan) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.DigestHead}{request.ContextValue.Sha256}\",\"expressions\":{ExpressionSemantics},\"inputs\":\"{request.Inputs.Sha256}\",\"pattern\":\"{plan.Pattern.Digest}\"}}"))));

    /// <summary>Whom to name for these sources; of a kind that is not known nothing is claimed.</summary>
    public static Attributions AttributionsOf(ImmutableArray<string> sources)
    {
        var kinds = sources.Select(SourceKind.Find).OfType<SourceKind>().ToList();
        return new Attributions(sources, Sorted(kinds.Select(kind => kind.Text).OfType<string>()), Sorted(kinds.Select(kind => kind.Url).OfType<string>()), sources.Length);
    }

    private static StepTrace StepOf(StepDefinition step, StepRecord? record) => record switch
    {
        null => new StepTrace(step.Capability, step.As, Skipped: true, Reason: RunReasons.RunEnded),
        { Reason: { } reason } => new StepTrace(step.Capability, step.As, Skipped: true, Reason: reason),
        _ => new StepTrace(
            step.Capability, step.As, record.Args is null ? null : ArgumentDigest.Shorten(record.Args), record.Status == StepStatus.Succeeded,
            record.Duration.TotalSeconds, record.Failure?.Message, Origin: record.Result is null ? null : OriginOf(record.Origin),
            Attempts: record.Attempts > 1 ? record.Attempts : null,
            ResultDigest: record.Status == StepStatus.Succeeded ? record.Result!.Value.Sha256 : null),
    };

    private static string OriginOf(Origin origin) => origin switch
    {
        Origin.Memo => "memo",
        Origin.Coalesced => "coalesced",
        _ => "computed",
    };

    private static DataProvenance Provenance(List<StepRecord> answered)
    {
        var types = Sorted(answered.Select(record => record.Result!.Provenance switch
        {
            Agents.Provenance.Real => "real",
            _ => "computed",
        }));
        var overall = types.Length switch
        {
            0 => "unknown",
            1 => types[0],
            _ => "mixed",
        };
        return new DataProvenance(overall, types, [.. answered.SelectMany(record => record.Result!.Warnings)]);
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
