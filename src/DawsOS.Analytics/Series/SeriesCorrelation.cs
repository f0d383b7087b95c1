using MathNet.Numerics.Statistics;

namespace DawsOS.Series;

/// <summary>How two series move together.</summary>
/// <param name="Points">Changes that both have.</param>
/// <param name="From">First date of them; null without any.</param>
/// <param name="To">Last date of them.</param>
/// <param name="Coefficient">
/// Pearson's r of the changes, −1 to 1, 8 decimals; null below <see cref="MinimumPoints"/> or when the changes of one of them differ by no
/// more than rounding. Source: K. Pearson, Proc. R. Soc. Lond. 58 (1895) 240–242.
/// </param>
public sealed record SeriesCorrelation(int Points, DateOnly? From, DateOnly? To, double? Coefficient)
{
    /// <summary>Fewer common changes than this are noise: the 95 % interval of r = 0 is still ± 0.25 with 60.</summary>
    public const int MinimumPoints = 60;

    /// <summary>
    /// Correlates the changes between one common date and the next. Values of dates that only one of them has are left out before changes
    /// are taken, so both changes always span the same days; nothing is filled in.
    /// </summary>
    /// <param name="a">In date order.</param>
    /// <param name="b">In date order.</param>
    public static SeriesCorrelation Of(IReadOnlyList<DatedValue> a, IReadOnlyList<DatedValue> b)
    {
        var common = Align(a, b);
        if (common.Count < 2)
        {
            return new SeriesCorrelation(0, null, null, null);
        }
        var changesOfA = new double[common.Count - 1];
        var changesOfB = new double[common.Count - 1];
        for (var i = 1; i < common.Count; i++)
        {
            changesOfA[i - 1] = Magnitudes.Change(common[i - 1].A, common[i].A);
            changesOfB[i - 1] = Magnitudes.Change(common[i - 1].B, common[i].B);
        }
        double? coefficient = changesOfA.Length < MinimumPoints || !Magnitudes.Differ(changesOfA) || !Magnitudes.Differ(changesOfB)
            ? null
            : Math.Round(Math.Clamp(Correlation.Pearson(changesOfA, changesOfB), -1, 1), 8);
        return new SeriesCorrelation(changesOfA.Length, common[1].Date, common[^1].Date, coefficient);
    }

    private static List<(DateOnly Date, decimal A, decimal B)> Align(IReadOnlyList<DatedValue> a, IReadOnlyList<DatedValue> b)
    {
        var common = new List<(DateOnly, decimal, decimal)>(Math.Min(a.Count, b.Count));
        for (int i = 0, j = 0; i < a.Count && j < b.Count;)
        {
            switch (a[i].Date.CompareTo(b[j].Date))
            {
                case < 0:
                    i++;
                    break;
                case > 0:
                    j++;
                    break;
                default:
                    common.Add((a[i].Date, a[i].Value, b[j].Value));
                    i++;
                    j++;
                    break;
            }
        }
        return common;
    }
}
