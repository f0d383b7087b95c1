namespace DawsOS.Alerts;

/// <summary>How a value is compared with the threshold.</summary>
internal enum Comparison
{
    Above,
    Below,
    AtOrAbove,
    AtOrBelow,
    Equal,
    Different,
}

/// <summary>One leaf: the newest value of a series against a threshold, both exact decimals.</summary>
/// <param name="Type">As written: <c>macro</c> or <c>series</c>.</param>
/// <param name="Subject">What people call it: the entity, or the series id.</param>
/// <param name="Metric">Named in the message; null for a plain series.</param>
/// <param name="SeriesId">Where the value comes from.</param>
/// <param name="Comparison">The operator.</param>
/// <param name="Threshold">What the value is compared with.</param>
internal sealed record Condition(string Type, string Subject, string? Metric, string SeriesId, Comparison Comparison, decimal Threshold)
{
    /// <summary>True, false, or null when there is no value.</summary>
    public bool? IsMet(decimal? value) => value is not { } v
        ? null
        : Comparison switch
        {
            Comparison.Above => v > Threshold,
            Comparison.Below => v < Threshold,
            Comparison.AtOrAbove => v >= Threshold,
            Comparison.AtOrBelow => v <= Threshold,
            Comparison.Equal => v == Threshold,
            _ => v != Threshold,
        };
}

/// <summary>The operators as JSON writes them and as messages say them.</summary>
internal static class Comparisons
{
    private static readonly (string Symbol, Comparison Comparison, string Phrase)[] All =
    [
        (">", Comparison.Above, "above"),
        ("<", Comparison.Below, "below"),
        (">=", Comparison.AtOrAbove, "at or above"),
        ("<=", Comparison.AtOrBelow, "at or below"),
        ("==", Comparison.Equal, "equal to"),
        ("!=", Comparison.Different, "different from"),
    ];

    public static string Symbols => string.Join(" ", All.Select(known => known.Symbol));

    public static Comparison? Parse(string symbol) => All.Where(known => known.Symbol == symbol).Select(known => (Comparison?)known.Comparison).FirstOrDefault();

    public static string Phrase(Comparison comparison) => All.First(known => known.Comparison == comparison).Phrase;

    public static string Symbol(Comparison comparison) => All.First(known => known.Comparison == comparison).Symbol;
}
