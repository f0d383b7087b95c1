using System.Buffers;

namespace DawsOS.Series;

/// <summary>What a series id may look like, and which are written by DawsOS itself.</summary>
internal static class SeriesIds
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:^-");

    private static readonly string[] Internal = ["metric:", "price:", "rating:", "news:", "dar:", "regime:"];

    /// <summary>1 to 64 of the allowed characters; "." and ".." are steps in a path, so such a series could never be read.</summary>
    public static bool IsValid(string id) => id.Length is >= 1 and <= 64 && !id.AsSpan().ContainsAnyExcept(Allowed) && id is not ("." or "..");

    /// <summary>Not writable over HTTP.</summary>
    public static bool IsInternal(string id) => Internal.Any(prefix => id.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether the portfolio in it, if there is one, is written as DawsOS writes it; else it would be another series that never moves.</summary>
    public static bool IsCanonical(string id) =>
        PortfolioOf(id) is not { } portfolio || portfolio == Guid.Empty || id.Split(':')[1] == portfolio.ToString("D");

    /// <summary>The portfolio whose owner alone may see the series; null = everyone may. An id that should name one and does not is nobody's.</summary>
    public static Guid? PortfolioOf(string id)
    {
        if (!id.StartsWith("metric:", StringComparison.Ordinal) && !id.StartsWith("dar:", StringComparison.Ordinal))
        {
            return null;
        }
        return Guid.TryParseExact(id.Split(':')[1], "D", out var portfolio) ? portfolio : Guid.Empty;
    }
}
