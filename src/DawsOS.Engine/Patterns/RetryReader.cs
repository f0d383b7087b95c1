using System.Collections.Immutable;
using System.Text.Json;

namespace DawsOS.Patterns;

/// <summary>
/// Reads <c>retry</c>: <c>{max?, delays_s[]}</c> (the last delay repeats) or <c>{max, base_s, factor=2, max_s=30}</c>, and <c>jitter</c> for either.
/// <c>max</c> counts the further attempts.
/// </summary>
internal static class RetryReader
{
    private const int MostAttempts = 10;
    private const double MaxSeconds = 30;

    public static RetryPolicy? Read(DefinitionFaults faults, JsonElement step, string stepPointer)
    {
        var pointer = $"{stepPointer}/retry";
        if (!step.TryGetProperty("retry", out var retry) || !faults.IsObject(retry, pointer, "max", "delays_s", "base_s", "factor", "max_s", "jitter"))
        {
            return null;
        }
        var max = (int?)faults.Number(retry, pointer, "max", 1, MostAttempts, whole: true);
        var jitter = faults.Number(retry, pointer, "jitter", 0, 1) ?? 0;
        var delays = retry.TryGetProperty("delays_s", out var list) ? Listed(faults, list, pointer) : Growing(faults, retry, pointer, max);
        if (delays.IsEmpty)
        {
            return null;
        }
        if (retry.TryGetProperty("delays_s", out _))
        {
            foreach (var key in (string[])["base_s", "factor", "max_s"])
            {
                if (retry.TryGetProperty(key, out _))
                {
                    faults.Add($"{pointer}/{key}", "E_TYPE", $"Either 'delays_s' or 'base_s' with 'factor' and 'max_s': '{key}' would do nothing.");
                }
            }
        }
        return new RetryPolicy([.. Enumerable.Range(0, max ?? delays.Length).Select(i => TimeSpan.FromSeconds(delays[Math.Min(i, delays.Length - 1)]))], jitter);
    }

    private static ImmutableArray<double> Listed(DefinitionFaults faults, JsonElement list, string pointer)
    {
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MostAttempts
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.GetDouble() is >= 0 and <= MaxSeconds))
        {
            return [.. list.EnumerateArray().Select(item => item.GetDouble())];
        }
        faults.Add($"{pointer}/delays_s", "E_TYPE", $"'delays_s' must be 1 to {MostAttempts} numbers of seconds from 0 to {MaxSeconds}.");
        return [];
    }

    private static ImmutableArray<double> Growing(DefinitionFaults faults, JsonElement retry, string pointer, int? max)
    {
        var first = faults.Number(retry, pointer, "base_s", 0, MaxSeconds);
        var factor = faults.Number(retry, pointer, "factor", 1, 100) ?? 2;
        var most = faults.Number(retry, pointer, "max_s", 0, MaxSeconds) ?? MaxSeconds;
        if (first is null || max is null)
        {
            faults.Add(pointer, "E_TYPE", "'retry' needs 'delays_s', or 'max' and 'base_s'.");
            return [];
        }
        return [.. Enumerable.Range(0, max.Value).Select(i => Math.Min(most, first.Value * Math.Pow(factor, i)))];
    }
}
