using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Says where each series stands among its recent observations.</summary>
internal sealed class SeriesStatistics(ComputePool pool) : SeriesComputation<SeriesStatistics.Args, IReadOnlyList<SeriesStatistics.Row>>(
    pool, "macro.series_stats", "macro_hound",
    "Last value, change, range, mean, z-score (ddof 1) and percentile (0-100) of each series; null below 20 observations.")
{
    // Takes observations in columns since version 2.
    public override int Version => 2;

    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }
    }

    /// <summary>One series; a number that is null has a warning.</summary>
    public sealed record Row(
        string SeriesId, int Count, DateOnly? LastDate, decimal? Last, decimal? Change, decimal? ChangePct, decimal? Min, decimal? Max,
        double? Mean, double? Z, double? Percentile)
    {
        public static Row Of(SeriesHistory history, SeriesStats? stats) => new(
            history.SeriesId, history.Count, history.LastDate, stats?.Last, stats?.Change, stats?.ChangePct, stats?.Min, stats?.Max, stats?.Mean,
            stats?.ZScore, stats?.Percentile);
    }

    protected override Answer<IReadOnlyList<Row>> Compute(Args args, CancellationToken cancellationToken)
    {
        var rows = new List<Row>(args.Series.Length);
        var warnings = new List<string>();
        foreach (var history in args.Series)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stats = SeriesStats.Of(history.Values);
            rows.Add(Row.Of(history, stats));
            warnings.AddRange(stats is null
                ? [$"Series {history.SeriesId} has {history.Count} observations, statistics need {SeriesStats.MinimumCount}: they are null."]
                : [.. Missing(history.SeriesId, stats)]);
        }
        return Computed(rows, args.Series, warnings);
    }

    private static IEnumerable<string> Missing(string seriesId, SeriesStats stats)
    {
        if (SeriesWarnings.OfChange(seriesId, "change", stats.Change, stats.ChangePct) is { } warning)
        {
            yield return warning;
        }
        if (stats.ZScore is null)
        {
            yield return SeriesWarnings.NoSpread(seriesId);
        }
    }
}
