using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Compares every pair of series.</summary>
internal sealed class Correlations() : Capability<Correlations.Args>(
    "macro.correlations", "macro_hound",
    "Pearson correlation of the changes between common dates, for every pair: {series_ids, rows[][], pairs[{a, b, points, from, to, correlation}]}; null below 60 common changes.")
{
    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var ids = args.Series.Select(history => history.SeriesId).ToArray();
        var values = args.Series.Select(history => history.ToValues()).ToArray();
        var matrix = ids.Select(_ => new double?[ids.Length]).ToArray();
        var pairs = new List<Pair>();
        var warnings = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < ids.Length; i++)
        {
            // The diagonal is 1 where a correlation exists at all.
            matrix[i][i] = SeriesCorrelation.Of(values[i], values[i]).Coefficient is null ? null : 1;
            for (var j = i + 1; j < ids.Length; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pair = SeriesCorrelation.Of(values[i], values[j]);
                matrix[i][j] = matrix[j][i] = pair.Coefficient;
                pairs.Add(new Pair(ids[i], ids[j], pair.Points, pair.From, pair.To, pair.Coefficient));
                if (pair.Coefficient is null)
                {
                    warnings.Add(pair.Points < SeriesCorrelation.MinimumPoints
                        ? $"Series {ids[i]} and {ids[j]} have {pair.Points} changes on common dates, a correlation needs {SeriesCorrelation.MinimumPoints}: it is null."
                        : $"One of the series {ids[i]} and {ids[j]} always changes by the same: their correlation is null.");
                }
            }
        }
        return Task.FromResult(new CapabilityResult(
            CanonicalJson.Of(new Matrix(ids, matrix, pairs)), Provenance.Computed, SeriesHistory.SourcesOf(args.Series),
            SeriesHistory.NewestOf(args.Series), null, warnings.ToImmutable(), null));
    }

    private sealed record Matrix(string[] SeriesIds, double?[][] Rows, List<Pair> Pairs);

    private sealed record Pair(string A, string B, int Points, DateOnly? From, DateOnly? To, double? Correlation);
}
