namespace DawsOS.Series;

/// <summary>Series as bad as a decimal allows: every formula answers a finite number or null, and never throws. An exception would count as an outage.</summary>
public sealed class NastySeriesTests
{
    private const decimal Max = decimal.MaxValue;
    private const decimal Tiny = 0.0000000000000000000000000001m;
    private static readonly DateOnly First = new(2020, 1, 31);

    public static TheoryData<string> Names => [.. Table.Keys];

    private static readonly Dictionary<string, decimal[]> Table = new()
    {
        ["all equal"] = [.. Enumerable.Repeat(0.1m, 400)],
        ["all zero"] = [.. Enumerable.Repeat(0m, 400)],
        ["equal as doubles only"] = [.. Enumerable.Repeat(1m, 399), 1.0000000000000000000000001m],
        ["one unit in the last place of a double"] = [.. Enumerable.Repeat(1m, 399), 1.0000000000000002m],
        ["tiny, then large"] = [.. Enumerable.Repeat(1e-20m, 399), 1e10m],
        ["from one end of decimal to the other"] = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? Max : -Max)],
        ["the largest, then one"] = [.. Enumerable.Repeat(Max, 399), 1m],
        ["the largest, always"] = [.. Enumerable.Repeat(Max, 400)],
        ["the largest, by one"] = [.. Enumerable.Range(0, 400).Select(i => Max - (i % 3))],
        ["the smallest"] = [.. Enumerable.Range(0, 400).Select(i => Tiny * (i % 5))],
        ["the smallest, then the largest"] = [.. Enumerable.Repeat(Tiny, 399), Max],
        ["zero, then the largest"] = [.. Enumerable.Repeat(0m, 399), Max],
        ["28 digits"] = [.. Enumerable.Range(1, 400).Select(i => 1.234567890123456789012345678m / i)],
        ["one"] = [Max],
        ["two"] = [-Max, Max],
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_nasty_series_gives_finite_numbers_or_null(string name) => Check(Table[name], Table["28 digits"]);

    [Fact]
    public void Any_series_gives_finite_numbers_or_null()
    {
        var random = new Random(20260302);
        for (var i = 0; i < 2_000; i++)
        {
            Check(Any(random), Any(random));
        }
    }

    [Fact]
    public void What_differs_by_less_than_a_double_tells_has_no_z_score_and_no_correlation()
    {
        Assert.Null(SeriesStats.Of(Table["equal as doubles only"])!.ZScore);
        Assert.Null(SeriesStats.Of(Table["one unit in the last place of a double"])!.ZScore);
        Assert.Null(IndicatorStats.Of(Daily(Table["equal as doubles only"]), First.AddDays(399)).ZScore);
        // Rises by 1 each day, once by 1 and the smallest decimal more.
        var almostALine = Daily(Enumerable.Range(0, 100).Select(i => i + (i < 50 ? 0 : 1e-26m)));
        Assert.Null(SeriesCorrelation.Of(almostALine, Daily(Table["28 digits"])).Coefficient);
    }

    [Fact]
    public void A_change_beyond_what_a_decimal_holds_is_null_and_the_rest_stays()
    {
        var apart = SeriesStats.Of(Table["from one end of decimal to the other"])!;
        Assert.Equal((null, null, -Max), (apart.Change, apart.ChangePct, apart.Last));
        Assert.NotNull(apart.ZScore);

        var grown = SeriesStats.Of(Table["tiny, then large"])!;
        Assert.Equal((1e10m - 1e-20m, null), (grown.Change, grown.ChangePct));

        var month = IndicatorStats.Of(Daily([.. Enumerable.Repeat(-Max, 40), Max]), First.AddDays(40)).Month!;
        Assert.Equal((First.AddDays(11), null, null), (month.From, month.Change, month.ChangePct));
        Assert.Equal(new PeriodChange(First.AddDays(11), 1e10m - 1e-20m, null), IndicatorStats.Of(Daily([.. Enumerable.Repeat(1e-20m, 40), 1e10m]), First.AddDays(40)).Month);
    }

    [Fact]
    public void Changes_of_any_size_have_a_correlation()
    {
        var wild = Daily(Table["from one end of decimal to the other"]);
        var opposite = Daily(Table["from one end of decimal to the other"].Select(value => -value));

        Assert.Equal((1.0, -1.0), (SeriesCorrelation.Of(wild, wild).Coefficient, SeriesCorrelation.Of(wild, opposite).Coefficient));
    }

    [Fact]
    public void The_first_days_of_the_calendar_have_no_year_before_them()
    {
        var stats = IndicatorStats.Of([new(DateOnly.MinValue, 1), new(DateOnly.MinValue.AddDays(1), 2)], DateOnly.MaxValue);

        Assert.Equal((null, null), (stats.Month, stats.Year));
        Assert.Equal(9999, ThresholdHistory.Of([new(DateOnly.MinValue, 1), new(DateOnly.MaxValue, 3)], 2).ByYear.Count);
    }

    private static void Check(decimal[] values, decimal[] others)
    {
        var history = Daily(values);
        var stats = SeriesStats.Of(values);
        var indicator = IndicatorStats.Of(history, history[^1].Date);
        var correlation = SeriesCorrelation.Of(history, Daily(others)).Coefficient;
        ThresholdHistory.Of(history, values[values.Length / 2]);

        Assert.Equal(values.Length < SeriesStats.MinimumCount, stats is null);
        Assert.All(new[] { stats?.Mean, stats?.ZScore, stats?.Percentile, indicator.ZScore, correlation }, number => Assert.True(number is null || double.IsFinite(number.Value)));
        Assert.InRange(correlation ?? 0, -1, 1);
        // |z| ≤ (n − 1)/√n for a value of its own sample: R. E. Shiffler, Am. Stat. 42 (1988) 79–80.
        var limit = ((values.Length - 1) / Math.Sqrt(values.Length)) + 1e-6;
        Assert.InRange(stats?.ZScore ?? 0, -limit, limit);
        Assert.InRange(indicator.ZScore ?? 0, -limit, limit);
        Assert.InRange(stats?.Percentile ?? 0, 0, 100);
    }

    private static decimal[] Any(Random random)
    {
        var (length, kind) = (random.Next(1, 120), random.Next(4));
        var same = Next(random);
        return [.. Enumerable.Range(0, length).Select(_ => kind switch
        {
            0 => Next(random),
            1 => random.Next(10) == 0 ? Next(random) : same,
            2 => random.Next(2) == 0 ? Max : -Max,
            _ => (decimal)random.NextDouble(),
        })];
    }

    // Any bits are a decimal as long as the scale is.
    private static decimal Next(Random random) =>
        new(random.Next() * random.Next(2), random.Next() * random.Next(2), random.Next() * random.Next(2), random.Next(2) == 0, (byte)random.Next(29));

    private static DatedValue[] Daily(IEnumerable<decimal> values) => [.. values.Select((value, i) => new DatedValue(First.AddDays(i), value))];
}
