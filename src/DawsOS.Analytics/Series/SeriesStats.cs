using MathNet.Numerics.Statistics;

namespace DawsOS.Series;

/// <summary>Where the last value of a series stands among its recent ones.</summary>
/// <param name="Count">Observations used.</param>
/// <param name="Last">Newest value.</param>
/// <param name="Change">Last minus the one before it, in the unit of the series.</param>
/// <param name="ChangePct">Change / previous, a fraction (0.05 = 5 %); null when the previous value is 0.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Mean">Arithmetic mean, rounded to 8 decimals.</param>
/// <param name="ZScore">(last − mean) / sample standard deviation (ddof 1, last included), 8 decimals; null when all values are equal.</param>
/// <param name="Percentile">Share of values ≤ last, × 100 (0–100).</param>
public sealed record SeriesStats(
    int Count, decimal Last, decimal Change, decimal? ChangePct, decimal Min, decimal Max, double Mean, double? ZScore, double Percentile)
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
        var previous = values[^2];
        var doubles = values.Select(v => (double)v).ToArray();
        var mean = doubles.Mean();
        var deviation = values.Distinct().Skip(1).Any() ? doubles.StandardDeviation() : 0;
        return new SeriesStats(
            values.Count, last, last - previous, previous == 0 ? null : (last - previous) / previous, values.Min(), values.Max(),
            Math.Round(mean, 8), deviation == 0 ? null : Math.Round(((double)last - mean) / deviation, 8),
            Math.Round(100.0 * values.Count(v => v <= last) / values.Count, 8));
    }
}
