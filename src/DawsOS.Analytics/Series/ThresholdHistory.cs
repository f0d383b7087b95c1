namespace DawsOS.Series;

/// <summary>When a series stood above a threshold. Above means strictly greater, as <c>&gt;</c> in an alert.</summary>
/// <param name="ByYear">Crossings of every calendar year from the first observation to the last, also of years without any.</param>
/// <param name="LongestRun">The longest run of observations above; the earliest of equals; null when it never was above.</param>
/// <param name="LastCrossing">The newest crossing; null when there is none.</param>
/// <param name="IsAbove">Where the last observation stands.</param>
public sealed record ThresholdHistory(
    IReadOnlyList<YearOfCrossings> ByYear, RunAbove? LongestRun, Crossing? LastCrossing, bool IsAbove)
{
    /// <summary>
    /// Reads the history once. A crossing is an observation on the other side than the one before it: level crossings of a sampled series,
    /// S. O. Rice, Bell Syst. Tech. J. 24 (1945) 46–156, §3.3. The first observation crosses nothing: what was before it is not known.
    /// </summary>
    /// <param name="history">In date order, not empty.</param>
    /// <param name="threshold">In the unit of the series.</param>
    public static ThresholdHistory Of(IReadOnlyList<DatedValue> history, decimal threshold)
    {
        var firstYear = history[0].Date.Year;
        var years = Enumerable.Range(firstYear, history[^1].Date.Year - firstYear + 1).Select(year => new YearOfCrossings(year, 0, 0)).ToArray();
        RunAbove? longest = null;
        RunAbove? run = null;
        Crossing? last = null;
        for (var i = 0; i < history.Count; i++)
        {
            var (date, value) = history[i];
            var above = value > threshold;
            if (i > 0 && above != history[i - 1].Value > threshold)
            {
                var year = years[date.Year - firstYear];
                years[date.Year - firstYear] = above ? year with { Up = year.Up + 1 } : year with { Down = year.Down + 1 };
                last = new Crossing(date, above, value);
            }
            run = above ? new RunAbove(run?.From ?? date, date, (run?.Observations ?? 0) + 1) : null;
            longest = run?.Observations > (longest?.Observations ?? 0) ? run : longest;
        }
        return new ThresholdHistory(years, longest, last, history[^1].Value > threshold);
    }
}

/// <summary>Crossings of one calendar year, by the date of the first observation on the other side.</summary>
/// <param name="Year">Gregorian.</param>
/// <param name="Up">From at or below the threshold to above it.</param>
/// <param name="Down">From above it to at or below it.</param>
public sealed record YearOfCrossings(int Year, int Up, int Down);

/// <summary>Observations in a row above a threshold.</summary>
/// <param name="From">First date above.</param>
/// <param name="To">Last date above.</param>
/// <param name="Observations">How many.</param>
public sealed record RunAbove(DateOnly From, DateOnly To, int Observations);

/// <summary>A change of sides.</summary>
/// <param name="Date">Of the first observation on the other side.</param>
/// <param name="IsUp">To above.</param>
/// <param name="Value">That observation.</param>
public sealed record Crossing(DateOnly Date, bool IsUp, decimal Value);
