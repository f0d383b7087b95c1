using MathNet.Numerics.Statistics;

namespace DawsOS.Series;

/// <summary>Where the last value of a series stands among its recent ones.</summary>
/// <param name="Count">Observations used.</param>
/// <param name="Last">Newest value.</param>
/// <param name="Change">Last minus the one before it, in the unit of the series; null beyond what a decimal holds.</param>
/// <param name="ChangePct">Change / previous, a fraction (0.05 = 5 %); null when previous is 0 or the fraction beyond what a decimal holds.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Mean">Arithmetic mean, rounded to 8 decimals.</param>
/// <param name="ZScore">
/// (last − mean) / sample standard deviation (ddof 1, last included), 8 decimals; null when the values differ by no more than rounding.
/// Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.6.
/// </param>
/// <param name="Percentile">Share of values ≤ last, × 100 (0–100).</param>
public sealed record SeriesStats(
    int Count, decimal Last, decimal? Change, decimal? ChangePct, decimal Min, decimal Max, double Mean, double? ZScore, double Percentile)
{
    /// <summary>Fewer observations than this say nothing about where the last one stands.</summary>
    public const int MinimumCount = 20;

    /// <summary>Computes the statistics of values in date order; null with fewer than <see cref="MinimumCount"/>.</summary>
    public static SeriesStats? Of(IReadOnlyList<decimal> values)
    {
        if (values.Count < MinimumCount)
        {
            return null;
        }
        var last = values[^1];
        var change = Magnitudes.Difference(last, values[^2]);
        var doubles = values.Select(value => (double)value).ToArray();
        return new SeriesStats(
            values.Count, last, change, change is null ? null : Magnitudes.Ratio(change.Value, values[^2]), values.Min(), values.Max(),
            Math.Round(doubles.Mean(), 8), ZScoreOf(doubles), Math.Round(100.0 * values.Count(value => value <= last) / values.Count, 8));
    }

    /// <summary>The z-score of the last value among all; null below <see cref="MinimumCount"/> values or when they differ by no more than rounding.</summary>
    internal static double? ZScoreOf(double[] values) => values.Length < MinimumCount || !Magnitudes.Differ(values)
        ? null
        : Math.Round((values[^1] - values.Mean()) / values.StandardDeviation(), 8);
}
