namespace DawsOS.Macro;

/// <summary>What is said of numbers that the data do not give.</summary>
internal static class SeriesWarnings
{
    /// <summary>Null when nothing is missing.</summary>
    public static string? OfChange(string seriesId, string name, decimal? change, decimal? changePct) => (change, changePct) switch
    {
        (null, _) => $"Series {seriesId}: {name} is beyond what a decimal holds, so it and {name}_pct are null.",
        (_, null) => $"Series {seriesId}: the value that {name} is measured from is 0 or too small beside it, so {name}_pct is null.",
        _ => null,
    };

    public static string NoSpread(string seriesId) => $"The values of series {seriesId} do not differ, or by rounding only: its z-score is null.";
}
