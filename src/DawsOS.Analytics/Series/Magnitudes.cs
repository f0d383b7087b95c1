namespace DawsOS.Series;

/// <summary>
/// Arithmetic for series of any size: where a result is beyond what its type holds or tells, the answer is null, never an exception and never 0.
/// </summary>
internal static class Magnitudes
{
    // Two of this size never differ by more than a decimal holds.
    private const decimal Half = decimal.MaxValue / 2;

    // A double has 53 bits, 1.1e-16 of the value; sums over a hundred thousand values lose a few thousand times that.
    private const double Told = 1e-12;

    /// <summary><paramref name="a"/> − <paramref name="b"/>; null beyond 7.9e28.</summary>
    public static decimal? Difference(decimal a, decimal b)
    {
        try
        {
            return a - b;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary><paramref name="a"/> / <paramref name="b"/>, to 28 decimals; null beyond 7.9e28 and when <paramref name="b"/> is 0.</summary>
    public static decimal? Ratio(decimal a, decimal b)
    {
        try
        {
            return b == 0 ? null : a / b;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>The change as a double, whatever its size, exact before it is rounded to one unless the values are at both ends of decimal.</summary>
    // Beyond decimal the signs differ, so that nothing cancels and doubles lose only their last bit.
    public static double Change(decimal from, decimal to) =>
        (from < 0) == (to < 0) || (Math.Abs(from) <= Half && Math.Abs(to) <= Half) ? (double)(to - from) : (double)to - (double)from;

    /// <summary>False when the values are equal, or differ by so little of their size that a deviation would be made of rounding errors.</summary>
    /// <param name="values">Not empty.</param>
    public static bool Differ(ReadOnlySpan<double> values)
    {
        var (min, max) = (values[0], values[0]);
        foreach (var value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }
        return max - min > Told * Math.Max(Math.Abs(min), Math.Abs(max));
    }
}
