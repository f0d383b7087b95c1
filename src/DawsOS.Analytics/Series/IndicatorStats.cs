namespace DawsOS.Series;

/// <summary>Where an economic indicator stands, compared by the calendar, so that daily, monthly and quarterly series can share a table.</summary>
/// <param name="Last">Newest value.</param>
/// <param name="LastDate">Its date.</param>
/// <param name="StalenessDays">Calendar days from that date to the date of the analysis.</param>
/// <param name="Month">Against one month before <paramref name="LastDate"/>.</param>
/// <param name="Year">Against one year before it.</param>
/// <param name="ZScore">
/// (last − mean) / sample standard deviation (ddof 1) over all values given, last included, 8 decimals; null below
/// <see cref="SeriesStats.MinimumCount"/> values or when they differ by no more than rounding. Source: NIST/SEMATECH e-Handbook of
/// Statistical Methods, 1.3.5.6.
/// </param>
public sealed record IndicatorStats(decimal Last, DateOnly LastDate, int StalenessDays, PeriodChange? Month, PeriodChange? Year, double? ZScore)
{
    /// <summary>Computes them.</summary>
    /// <param name="history">In date order, not empty: the window of the z-score.</param>
    /// <param name="asof">The date of the analysis; not before the last observation.</param>
    public static IndicatorStats Of(IReadOnlyList<DatedValue> history, DateOnly asof)
    {
        var last = history[^1];
        return new IndicatorStats(
            last.Value, last.Date, asof.DayNumber - last.Date.DayNumber,
            SinceMonths(history, 1), SinceMonths(history, 12), SeriesStats.ZScoreOf([.. history.Select(observation => (double)observation.Value)]));
    }

    // The calendar begins with year 1: nothing is before it.
    private static PeriodChange? SinceMonths(IReadOnlyList<DatedValue> history, int months) =>
        history[^1].Date < DateOnly.MinValue.AddMonths(months) ? null : PeriodChange.Since(history, history[^1].Date.AddMonths(-months));
}

/// <summary>The change of a series over a calendar period.</summary>
/// <param name="From">Date of the value it is measured from.</param>
/// <param name="Change">Last − that value, in the unit of the series; null beyond what a decimal holds.</param>
/// <param name="ChangePct">Change / that value, a fraction (0.05 = 5 %); null when that value is 0 or the fraction beyond what a decimal holds.</param>
public sealed record PeriodChange(DateOnly From, decimal? Change, decimal? ChangePct)
{
    /// <summary>Days that the value compared with may be older than asked: room for a weekend with holidays, not for a missing month.</summary>
    public const int ToleranceDays = 10;

    /// <summary>
    /// Measures from the newest value on or before <paramref name="target"/>; null when that is more than <see cref="ToleranceDays"/>
    /// older, because a change over three months must not be called one over a month.
    /// </summary>
    public static PeriodChange? Since(IReadOnlyList<DatedValue> history, DateOnly target)
    {
        for (var i = history.Count - 2; i >= 0; i--)
        {
            var (date, value) = history[i];
            if (date <= target)
            {
                var change = Magnitudes.Difference(history[^1].Value, value);
                return target.DayNumber - date.DayNumber > ToleranceDays
                    ? null
                    : new PeriodChange(date, change, change is null ? null : Magnitudes.Ratio(change.Value, value));
            }
        }
        return null;
    }
}
