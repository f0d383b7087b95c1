using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Tells how often each series stood above a threshold: what an alert with it would have seen.</summary>
internal sealed class ThresholdCrossings() : Capability<ThresholdCrossings.Args>(
    "macro.threshold_crossings", "macro_hound",
    "Crossings of a threshold by year, longest run above it and last crossing of each series; above means greater than. Null without data.")
{
    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }

        public required decimal Threshold { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var rows = args.Series.Select(history => Row.Of(
            history, args.Threshold, history.Observations.IsEmpty ? null : ThresholdHistory.Of(history.ToValues(), args.Threshold)));
        return Task.FromResult(new CapabilityResult(
            CanonicalJson.Of(rows), Provenance.Computed, SeriesHistory.SourcesOf(args.Series), SeriesHistory.NewestOf(args.Series), null,
            [.. args.Series.Where(history => history.Observations.IsEmpty)
                .Select(history => $"Series {history.SeriesId} has no observations in the window: its history is null.")],
            null));
    }

    private sealed record Row(
        string SeriesId, decimal Threshold, int Count, DateOnly? FirstDate, DateOnly? LastDate, bool? IsAbove, IReadOnlyList<YearOfCrossings>? ByYear,
        RunAbove? LongestRunAbove, LastCrossing? LastCrossing)
    {
        public static Row Of(SeriesHistory history, decimal threshold, ThresholdHistory? found) => new(
            history.SeriesId, threshold, history.Observations.Length, found is null ? null : history.Observations[0].Date,
            found is null ? null : history.Observations[^1].Date, found?.IsAbove, found?.ByYear, found?.LongestRun,
            found?.LastCrossing is { } crossing ? new LastCrossing(crossing.Date, crossing.IsUp ? "up" : "down", crossing.Value) : null);
    }

    private sealed record LastCrossing(DateOnly Date, string Direction, decimal Value);
}
