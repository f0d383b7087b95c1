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

    public static string Phrase(this Comparison comparison) => All[(int)comparison].Phrase;

    public static string Symbol(this Comparison comparison) => All[(int)comparison].Symbol;

    public static bool Holds(this Comparison comparison, decimal value, decimal threshold) => comparison switch
    {
        Comparison.Above => value > threshold,
        Comparison.Below => value < threshold,
        Comparison.AtOrAbove => value >= threshold,
        Comparison.AtOrBelow => value <= threshold,
        Comparison.Equal => value == threshold,
        _ => value != threshold,
    };
}
