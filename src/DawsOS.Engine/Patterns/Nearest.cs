namespace DawsOS.Patterns;

/// <summary>What somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>The known name with the fewest changed characters; null when none is near (half its length, at most three).</summary>
    public static string? Of(string written, IEnumerable<string> known) => written.Length > 100
        ? null
        : known.Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(pair => pair.Distance <= Math.Clamp(pair.Name.Length / 2, 1, 3))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => pair.Name).FirstOrDefault();

    // Levenshtein 1966, row by row.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
