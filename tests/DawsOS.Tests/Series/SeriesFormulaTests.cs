using MathNet.Numerics.Statistics;

namespace DawsOS.Series;

/// <summary>The formulas on series, against numbers worked out by hand or by another way of computing them.</summary>
public sealed class SeriesFormulaTests
{
    private static readonly DateOnly First = new(2020, 1, 31);

    [Fact]
    public void A_month_is_measured_by_the_calendar_and_to_the_last_observation_before_it()
    {
        DatedValue[] history = [new(new(2023, 3, 1), 90m), new(new(2024, 2, 1), 100m), new(new(2024, 2, 28), 110m), new(new(2024, 3, 29), 121m)];

        var stats = IndicatorStats.Of(history, new DateOnly(2024, 4, 2));

        Assert.Equal((121m, new DateOnly(2024, 3, 29), 4), (stats.Last, stats.LastDate, stats.StalenessDays));
        // One month before 29 March is 29 February; the value of the 28th is the newest by then.
        Assert.Equal(new PeriodChange(new(2024, 2, 28), 11m, 0.1m), stats.Month);
        // A year before is 29 March 2023: 1 March is 28 days older, which is no year any more.
        Assert.Null(stats.Year);
        Assert.Null(stats.ZScore);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void A_value_older_than_the_tolerance_is_not_called_a_month_ago(int daysTooOld, bool found)
    {
        DatedValue[] history = [new(new DateOnly(2024, 2, 15).AddDays(-daysTooOld), 0m), new(new(2024, 3, 15), 5m)];

        var month = IndicatorStats.Of(history, new DateOnly(2024, 3, 15)).Month;

        Assert.Equal(found ? 5m : null, month?.Change);
        Assert.Null(month?.ChangePct);
    }

    [Fact]
    public void The_z_score_uses_the_sample_deviation_and_is_null_for_values_that_are_all_equal()
    {
        var rising = Daily(Enumerable.Range(1, 20).Select(i => (decimal)i));

        // Mean 10.5, ddof 1: sd = sqrt(35) = 5.91607978.
        Assert.Equal(1.60579308, IndicatorStats.Of(rising, rising[^1].Date).ZScore);
        Assert.Null(IndicatorStats.Of(rising[1..], rising[^1].Date).ZScore);
        Assert.Null(IndicatorStats.Of(Daily(Enumerable.Repeat(0.1m, 500)), First.AddDays(600)).ZScore);
    }

    [Fact]
    public void A_correlation_is_taken_over_changes_between_common_dates_only()
    {
        var random = new Random(7);
        var a = Daily(Enumerable.Range(0, 200).Select(_ => (decimal)Math.Round(random.NextDouble() * 10, 4)));
        // b moves by twice a's change on every date that it has; every third date is missing.
        DatedValue[] b = [.. a.Where((_, i) => i % 3 != 0).Select(value => value with { Value = (2 * value.Value) + 5 })];

        var found = SeriesCorrelation.Of(a, b);

        Assert.Equal((b.Length - 1, b[1].Date, b[^1].Date, 1.0), (found.Points, found.From, found.To, found.Coefficient));
        Assert.Equal(-1.0, SeriesCorrelation.Of(a, [.. b.Select(value => value with { Value = -value.Value })]).Coefficient);
    }

    [Fact]
    public void A_correlation_agrees_with_its_definition()
    {
        var random = new Random(11);
        var a = Daily(Enumerable.Range(0, 61).Select(_ => (decimal)Math.Round(random.NextDouble() * 100, 2)));
        var b = Daily(Enumerable.Range(0, 61).Select(_ => (decimal)Math.Round(random.NextDouble() * 100, 2)));
        var (da, db) = (Changes(a), Changes(b));

        var expected = da.Zip(db, (x, y) => (x - da.Average()) * (y - db.Average())).Sum() / 59 / (da.StandardDeviation() * db.StandardDeviation());

        Assert.Equal(expected, SeriesCorrelation.Of(a, b).Coefficient!.Value, 8);
        Assert.Equal(new SeriesCorrelation(59, b[1].Date, b[59].Date, null), SeriesCorrelation.Of(a[..60], b));
        Assert.Equal(new SeriesCorrelation(0, null, null, null), SeriesCorrelation.Of(a, []));
        Assert.Null(SeriesCorrelation.Of(a, Daily(Enumerable.Range(0, 61).Select(i => (decimal)i))).Coefficient);

        static double[] Changes(DatedValue[] values) => [.. values.Skip(1).Zip(values, (next, value) => (double)(next.Value - value.Value))];
    }

    [Fact]
    public void Crossings_are_counted_by_year_and_equal_is_not_above()
    {
        DatedValue[] history =
        [
            new(new(2020, 12, 30), 31m), new(new(2020, 12, 31), 30m), new(new(2021, 1, 4), 30.5m), new(new(2021, 1, 5), 30.6m),
            new(new(2021, 1, 6), 29m), new(new(2023, 5, 1), 40m), new(new(2023, 5, 2), 41m),
        ];

        var found = ThresholdHistory.Of(history, 30m);

        Assert.Equal([new(2020, 0, 1), new(2021, 1, 1), new(2022, 0, 0), new(2023, 1, 0)], found.ByYear);
        Assert.Equal(new RunAbove(new(2021, 1, 4), new(2021, 1, 5), 2), found.LongestRun);
        Assert.Equal(new Crossing(new(2023, 5, 1), true, 40m), found.LastCrossing);
        Assert.True(found.IsAbove);
        var never = ThresholdHistory.Of(history, 100m);
        Assert.Equal((null, null, false), (never.LongestRun, never.LastCrossing, never.IsAbove));
    }

    private static DatedValue[] Daily(IEnumerable<decimal> values) => [.. values.Select((value, i) => new DatedValue(First.AddDays(i), value))];
}
