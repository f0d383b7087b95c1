using System.Collections.Immutable;

namespace DawsOS.Agents;

/// <summary>
/// A kind of source that results rest on, and whom to name beside them. A source is written <c>kind:id</c>. The table is closed: of a source that
/// is not in it nothing is claimed.
/// </summary>
/// <param name="Name">The part of a source before the colon.</param>
/// <param name="Text">The sentence it asks for; null when it asks for none.</param>
/// <param name="Url">Where it is at home; null when that is nowhere.</param>
internal sealed record SourceKind(string Name, string? Text = null, string? Url = null)
{
    /// <summary>A stored series. Who published it is not known: an id alone does not say where its numbers were exported from.</summary>
    public static readonly SourceKind Series = new("series");

    // The providers and their sentences: D§7.3.
    private static readonly ImmutableArray<SourceKind> All =
    [
        Series,
        new("fmp", "Fundamental data by Financial Modeling Prep", "https://financialmodelingprep.com/"),
        new("fred", "Source: FRED, Federal Reserve Bank of St. Louis", "https://fred.stlouisfed.org/"),
        new("newsapi", "News metadata via NewsAPI.org", "https://newsapi.org/"),
        new("polygon", "Market data by Polygon.io", "https://polygon.io/"),
    ];

    /// <summary>The source of this kind with that id.</summary>
    public string Of(string id) => $"{Name}:{id}";

    /// <summary>The kind of a source; null for one that is not known.</summary>
    public static SourceKind? Find(string source)
    {
        var colon = source.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? source : source[..colon];
        return All.FirstOrDefault(kind => kind.Name == name);
    }
}
