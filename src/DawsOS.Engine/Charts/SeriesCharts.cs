using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Charts;

/// <summary>Draws each series as a line.</summary>
internal sealed class SeriesCharts() : Capability<SeriesCharts.Args>(
    "charts.series", "charts", "One line chart per series: [{id, type, title, series[{name, points[{date, value}]}]}].")
{
    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var charts = args.Series.Select(history => new Chart(
            history.SeriesId, "line", history.SeriesId, [new Line(history.SeriesId, history.Observations)]));
        return Task.FromResult(new CapabilityResult(
            CanonicalJson.Of(charts), Provenance.Computed, SeriesHistory.SourcesOf(args.Series), SeriesHistory.NewestOf(args.Series), null, [], null));
    }

    private sealed record Chart(string Id, string Type, string Title, ImmutableArray<Line> Series);

    private sealed record Line(string Name, ImmutableArray<Observation> Points);
}
