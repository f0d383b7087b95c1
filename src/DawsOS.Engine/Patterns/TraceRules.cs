using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Makes the trace of a run from its steps.</summary>
internal static class TraceRules
{
    /// <summary>Bytes of an argument that the trace still repeats.</summary>
    public const int MaxArgumentBytes = 2048;

    public static RunTrace Of(ExecutePattern command, string packId, EngineRun run)
    {
        var results = run.Steps.Where(step => step.Error is null).Select(step => (step.Step.Capability, Result: step.Result!)).ToList();
        return new RunTrace(
            command.PatternId,
            packId,
            LedgerCommitHash: null,
            command.TraceId,
            command.RequestId,
            Sorted(run.Steps.Select(step => step.Step.Agent)),
            Sorted(run.Steps.Select(step => step.Step.Capability)),
            Sorted(results.SelectMany(step => step.Result.Sources)),
            [.. results.Where(step => step.Result.Asof is not null)
                .Select(step => new Staleness(step.Capability, step.Result.Asof!.Value, step.Result.Ttl?.TotalSeconds))],
            [.. run.Steps.Select(step => new StepTrace(
                step.Step.Capability, step.Args is null ? null : Shorten(step.Args), step.Error is null, step.Duration.TotalSeconds, step.Error))],
            new CacheStats(0, run.Steps.Length, run.Steps.Length, 0),
            Provenance(results.Select(step => step.Result).ToList()),
            run.Status == RunStatus.Succeeded ? run.Data.Sha256 : null);
    }

    /// <summary>The arguments with every value above <see cref="MaxArgumentBytes"/> as <c>{type, count, sha256}</c>.</summary>
    public static CanonicalValue Shorten(CanonicalValue args)
    {
        if (args.Bytes.Length <= MaxArgumentBytes)
        {
            return args;
        }
        var buffer = new ArrayBufferWriter<byte>();
        using var document = JsonDocument.Parse(args.Bytes);
        buffer.Write("{"u8);
        foreach (var (index, member) in document.RootElement.EnumerateObject().Index())
        {
            if (index > 0)
            {
                buffer.Write(","u8);
            }
            CanonicalJson.WriteString(buffer, member.Name);
            buffer.Write(":"u8);
            buffer.Write(Shorten(member.Value));
        }
        buffer.Write("}"u8);
        return new CanonicalValue(buffer.WrittenSpan.ToArray());
    }

    private static ReadOnlySpan<byte> Shorten(JsonElement value)
    {
        var bytes = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value);
        if (bytes.Length <= MaxArgumentBytes)
        {
            return bytes;
        }
        var (type, count) = value.ValueKind switch
        {
            JsonValueKind.Array => ("array", value.GetArrayLength()),
            JsonValueKind.Object => ("object", value.GetPropertyCount()),
            _ => ("string", value.GetString()!.Length),
        };
        return CanonicalJson.Of(new { type, count, sha256 = new CanonicalValue(bytes.ToArray()).Sha256 }).Bytes.Span;
    }

    private static DataProvenance Provenance(List<CapabilityResult> results)
    {
        var types = Sorted(results.Select(result => result.Provenance switch
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
        return new DataProvenance(overall, types, [.. results.SelectMany(result => result.Warnings)]);
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
