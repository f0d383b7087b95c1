using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Says where each indicator stands; partial when one of them has no data.</summary>
internal sealed class Indicators() : Capability<Indicators.Args>(
    "macro.indicators", "macro_hound",
    "Last value, change over a month and a year, z-score (ddof 1) over the history given, and days since the last observation; null without data.")
{
    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }

        /// <summary>Date of the analysis.</summary>
        public required DateOnly Asof { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        var rows = new List<Row>(args.Series.Length);
        foreach (var history in args.Series)
        {
            var stats = history.Observations.IsEmpty ? null : IndicatorStats.Of(history.ToValues(), args.Asof);
            rows.Add(Row.Of(history, stats));
            warnings.AddRange(Missing(history, stats));
        }
        return Task.FromResult(new CapabilityResult(
            CanonicalJson.Of(rows), Provenance.Computed, SeriesHistory.SourcesOf(args.Series), SeriesHistory.NewestOf(args.Series), null,
            warnings.ToImmutable(), null, Partial: args.Series.Any(history => history.Observations.IsEmpty)));
    }

    private static IEnumerable<string> Missing(SeriesHistory history, IndicatorStats? stats)
    {
        if (stats is null)
        {
            yield return $"Series {history.SeriesId} has no observations in the window: its numbers are null.";
            yield break;
        }
        if (stats.Month is null)
        {
            yield return $"Series {history.SeriesId} has no observation about a month before {stats.LastDate:yyyy-MM-dd}: change_month is null.";
        }
        if (stats.Year is null)
        {
            yield return $"Series {history.SeriesId} has no observation about a year before {stats.LastDate:yyyy-MM-dd}: change_year is null.";
        }
        if (history.Observations.Length < SeriesStats.MinimumCount)
        {
            yield return $"Series {history.SeriesId} has {history.Observations.Length} observations, a z-score needs {SeriesStats.MinimumCount}: it is null.";
        }
    }

    private sealed record Row(
        string SeriesId, int Count, DateOnly? FirstDate, DateOnly? LastDate, int? StalenessDays, decimal? Last, decimal? ChangeMonth,
        decimal? ChangeMonthPct, decimal? ChangeYear, decimal? ChangeYearPct, double? Z)
    {
        public static Row Of(SeriesHistory history, IndicatorStats? stats) => new(
            history.SeriesId, history.Observations.Length, stats is null ? null : history.Observations[0].Date, stats?.LastDate, stats?.StalenessDays,
            stats?.Last, stats?.Month?.Change, stats?.Month?.ChangePct, stats?.Year?.Change, stats?.Year?.ChangePct, stats?.ZScore);
    }
}
