using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Says where each indicator stands; partial when one of them has no data.</summary>
internal sealed class Indicators(ComputePool pool) : SeriesComputation<Indicators.Args, IReadOnlyList<Indicators.Row>>(
    pool, "macro.indicators", "macro_hound",
    "Last value, change over a month and a year, z-score (ddof 1) over the history given, and days since the last observation; null without data.")
{
    // Takes observations in columns since version 2.
    public override int Version => 2;

    public override TimeSpan? Ttl => MacroData.Ttl;

    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }

        /// <summary>Date of the analysis.</summary>
        public required DateOnly Asof { get; init; }
    }

    /// <summary>One indicator; a number that is null has a warning.</summary>
    public sealed record Row(
        string SeriesId, int Count, DateOnly? FirstDate, DateOnly? LastDate, int? StalenessDays, decimal? Last, decimal? ChangeMonth,
        decimal? ChangeMonthPct, decimal? ChangeYear, decimal? ChangeYearPct, double? Z)
    {
        public static Row Of(SeriesHistory history, IndicatorStats? stats) => new(
            history.SeriesId, history.Count, history.FirstDate, history.LastDate, stats?.StalenessDays, stats?.Last, stats?.Month?.Change,
            stats?.Month?.ChangePct, stats?.Year?.Change, stats?.Year?.ChangePct, stats?.ZScore);
    }

    protected override Answer<IReadOnlyList<Row>> Compute(Args args, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var rows = new List<Row>(args.Series.Length);
        foreach (var history in args.Series)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stats = history.IsEmpty ? null : IndicatorStats.Of(history.ToValues(), args.Asof);
            rows.Add(Row.Of(history, stats));
            warnings.AddRange(stats is null
                ? [$"Series {history.SeriesId} has no observations in the window: its numbers are null."]
                : [.. Missing(history, stats)]);
        }
        return Computed(rows, args.Series, warnings) with { Partial = args.Series.Any(history => history.IsEmpty) };
    }

    private static IEnumerable<string> Missing(SeriesHistory history, IndicatorStats stats)
    {
        if (stats.Month is null)
        {
            yield return $"Series {history.SeriesId} has no observation about a month before {stats.LastDate:yyyy-MM-dd}: change_month is null.";
        }
        if (stats.Year is null)
        {
            yield return $"Series {history.SeriesId} has no observation about a year before {stats.LastDate:yyyy-MM-dd}: change_year is null.";
        }
        foreach (var (name, change) in new[] { ("change_month", stats.Month), ("change_year", stats.Year) })
        {
            if (change is not null && SeriesWarnings.OfChange(history.SeriesId, name, change.Change, change.ChangePct) is { } warning)
            {
                yield return warning;
            }
        }
        if (history.Count < SeriesStats.MinimumCount)
        {
            yield return $"Series {history.SeriesId} has {history.Count} observations, a z-score needs {SeriesStats.MinimumCount}: it is null.";
        }
        else if (stats.ZScore is null)
        {
            yield return SeriesWarnings.NoSpread(history.SeriesId);
        }
    }
}
