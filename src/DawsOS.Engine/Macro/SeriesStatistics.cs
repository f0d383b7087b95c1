using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Says where each series stands among its recent observations.</summary>
internal sealed class SeriesStatistics() : Capability<SeriesStatistics.Args>(
    "macro.series_stats", "macro_hound",
    "Last value, change, range, mean, z-score (ddof 1) and percentile (0-100) of each series; null below 20 observations.")
{
    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var entries = new List<Entry>(args.Series.Length);
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var history in args.Series)
        {
            var stats = SeriesStats.Of([.. history.Observations.Select(observation => observation.Value)]);
            if (stats is null)
            {
                warnings.Add(
                    $"Series {history.SeriesId} has {history.Observations.Length} observations, statistics need {SeriesStats.MinimumCount}: they are null.");
            }
            entries.Add(Entry.Of(history, stats));
        }
        return Task.FromResult(new CapabilityResult(
            CanonicalJson.Of(entries), Provenance.Computed, SeriesHistory.SourcesOf(args.Series), SeriesHistory.NewestOf(args.Series), null,
            warnings.ToImmutable(), null));
    }

    private sealed record Entry(
        string SeriesId, int Count, DateOnly? LastDate, decimal? Last, decimal? Change, decimal? ChangePct, decimal? Min, decimal? Max,
        double? Mean, double? Z, double? Percentile)
    {
        public static Entry Of(SeriesHistory history, SeriesStats? stats) => new(
            history.SeriesId, history.Observations.Length, history.Observations.IsEmpty ? null : history.Observations[^1].Date,
            stats?.Last, stats?.Change, stats?.ChangePct, stats?.Min, stats?.Max, stats?.Mean, stats?.ZScore, stats?.Percentile);
    }
}
