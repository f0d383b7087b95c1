using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Compares every pair of series.</summary>
internal sealed class Correlations(ComputePool pool) : SeriesComputation<Correlations.Args, Correlations.Matrix>(
    pool, "macro.correlations", "macro_hound",
    "Pearson correlation of the changes between common dates, for every pair: {series_ids, rows[][], pairs[{a, b, points, from, to, correlation}]}; null below 60 common changes.")
{
    // Takes observations in columns since version 2.
    public override int Version => 2;

    public override TimeSpan? Ttl => MacroData.Ttl;

    public sealed record Args
    {
        public required ImmutableArray<SeriesHistory> Series { get; init; }
    }

    /// <summary>Rows and columns in the order of the ids.</summary>
    public sealed record Matrix(ImmutableArray<string> SeriesIds, double?[][] Rows, IReadOnlyList<Pair> Pairs);

    public sealed record Pair(string A, string B, int Points, DateOnly? From, DateOnly? To, double? Correlation);

    protected override Answer<Matrix> Compute(Args args, CancellationToken cancellationToken)
    {
        var ids = args.Series.Select(history => history.SeriesId).ToImmutableArray();
        var values = args.Series.Select(history => history.ToValues()).ToArray();
        var rows = ids.Select(_ => new double?[ids.Length]).ToArray();
        var pairs = new List<Pair>();
        var warnings = new List<string>();
        for (var i = 0; i < ids.Length; i++)
        {
            // The diagonal is 1 where a correlation exists at all.
            rows[i][i] = SeriesCorrelation.Of(values[i], values[i]).Coefficient is null ? null : 1;
            for (var j = i + 1; j < ids.Length; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pair = SeriesCorrelation.Of(values[i], values[j]);
                rows[i][j] = rows[j][i] = pair.Coefficient;
                pairs.Add(new Pair(ids[i], ids[j], pair.Points, pair.From, pair.To, pair.Coefficient));
                if (pair.Coefficient is null)
                {
                    warnings.Add(pair.Points < SeriesCorrelation.MinimumPoints
                        ? $"Series {ids[i]} and {ids[j]} have {pair.Points} changes on common dates, a correlation needs {SeriesCorrelation.MinimumPoints}: it is null."
                        : $"One of the series {ids[i]} and {ids[j]} always changes by the same, or differs from that by rounding only: their correlation is null.");
                }
            }
        }
        return Computed(new Matrix(ids, rows, pairs), args.Series, warnings);
    }
}
