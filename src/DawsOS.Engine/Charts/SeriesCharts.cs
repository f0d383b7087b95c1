using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Charts;

/// <summary>Draws each series as a line.</summary>
internal sealed class SeriesCharts(ComputePool pool) : SeriesComputation<SeriesCharts.Args, IReadOnlyList<SeriesCharts.Chart>>(
    pool, "charts.series", "charts", "One line chart per series: [{id, type, title, series[{name, points[{date, value}]}]}].")
{
    // Takes observations in columns since version 2.
    public override int Version => 2;

    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }
    }

    public sealed record Chart(string Id, string Type, string Title, ImmutableArray<Line> Series);

    public sealed record Line(string Name, ImmutableArray<Observation> Points);

    protected override Answer<IReadOnlyList<Chart>> Compute(Args args, CancellationToken cancellationToken) => Computed(
        [.. args.Series.Select(history => new Chart(history.SeriesId, "line", history.SeriesId, [LineOf(history)]))], args.Series, []);

    private static Line LineOf(SeriesHistory history) =>
        new(history.SeriesId, [.. history.Dates.Zip(history.Values, (date, value) => new Observation(date, value))]);
}
