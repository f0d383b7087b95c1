namespace DawsOS.Patterns;

/// <summary>What somebody probably meant.</summary>
internal static class Nearest
{
    private const int MaxDistance = 3;

    // No name of ours is longer, and looking at more of them would take longer than it is worth.
    private const int MaxLength = 100;
    private const int MaxNames = 2000;
    private const int Far = 1 << 20;

    /// <summary>The known name with the fewest changed characters; null when none is near (half its length, at most three).</summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length > MaxLength)
        {
            return null;
        }
        return known.Take(MaxNames)
            .Select(name => (Name: name, Distance: Distance(written, name, Math.Clamp(name.Length / 2, 1, MaxDistance))))
            .Where(pair => pair.Distance <= MaxDistance)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => pair.Name).FirstOrDefault();
    }

    // Levenshtein 1966, row by row; only the band around the diagonal that a distance up to the limit can touch (Ukkonen 1985).
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
        {
            return Far;
        }
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (from, to) = (Math.Max(1, i - limit), Math.Min(b.Length, i + limit));
            var diagonal = row[from - 1];
            row[from - 1] = from == 1 ? i : Far;
            var least = row[from - 1];
            for (var j = from; j <= to; j++)
            {
                var above = j < i + limit ? row[j] : Far;
                row[j] = Math.Min(Math.Min(above + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
                least = Math.Min(least, row[j]);
            }
            if (least > limit)
            {
                return Far;
            }
        }
        return row[^1] <= limit ? row[^1] : Far;
    }
}
