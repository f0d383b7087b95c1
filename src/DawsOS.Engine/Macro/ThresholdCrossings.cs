using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Tells how often each series stood above a threshold: what an alert with it would have seen.</summary>
internal sealed class ThresholdCrossings(ComputePool pool) : SeriesComputation<ThresholdCrossings.Args, IReadOnlyList<ThresholdCrossings.Row>>(
    pool, "macro.threshold_crossings", "macro_hound",
    "Crossings of a threshold by year, longest run above it and last crossing of each series; above means greater than. Null without data.")
{
    // Takes observations in columns since version 2.
    public override int Version => 2;

    public override TimeSpan? Ttl => MacroData.Ttl;

    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }

        public required decimal Threshold { get; init; }
    }

    /// <summary>One series.</summary>
    public sealed record Row(
        string SeriesId, decimal Threshold, int Count, DateOnly? FirstDate, DateOnly? LastDate, bool? IsAbove, IReadOnlyList<YearOfCrossings>? ByYear,
        RunAbove? LongestRunAbove, LastCrossing? LastCrossing)
    {
        public static Row Of(SeriesHistory history, decimal threshold, ThresholdHistory? found) => new(
            history.SeriesId, threshold, history.Count, history.FirstDate, history.LastDate, found?.IsAbove, found?.ByYear, found?.LongestRun,
            found?.LastCrossing is { } crossing ? new LastCrossing(crossing.Date, crossing.IsUp ? "up" : "down", crossing.Value) : null);
    }

    /// <summary>The newest change of sides; the direction is up or down.</summary>
    public sealed record LastCrossing(DateOnly Date, string Direction, decimal Value);

    protected override Answer<IReadOnlyList<Row>> Compute(Args args, CancellationToken cancellationToken)
    {
        var rows = new List<Row>(args.Series.Length);
        foreach (var history in args.Series)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(Row.Of(history, args.Threshold, history.IsEmpty ? null : ThresholdHistory.Of(history.ToValues(), args.Threshold)));
        }
        return Computed(rows, args.Series, args.Series.Where(history => history.IsEmpty)
            .Select(history => $"Series {history.SeriesId} has no observations in the window: its history is null."));
    }
}
