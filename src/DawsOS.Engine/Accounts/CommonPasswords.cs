using System.Collections.Frozen;

namespace DawsOS.Accounts;

/// <summary>
/// The thousand passwords that are tried first: the commonest of twelve characters and more, then the commonest shorter ones, whose variations
/// are long enough too. From the list of zxcvbn-ts (language-common 3.0.4, MIT).
/// </summary>
internal static class CommonPasswords
{
    private static readonly Lazy<FrozenSet<string>> Known = new(Read);

    /// <summary>Whether it is one of them, one of them repeated, or one with digits and signs around it; the case of letters does not matter.</summary>
    public static bool IsLike(string password)
    {
        var text = password.ToLowerInvariant();
        return Known.Value.Contains(text) || Known.Value.Contains(Unit(text)) || Known.Value.Contains(Bare(text)) || Known.Value.Contains(Unit(Bare(text)));
    }

    // The shortest text that gives this one when it is repeated; of a password without letters nothing is left to be bare.
    private static string Unit(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }
        var length = (text + text).IndexOf(text, 1, StringComparison.Ordinal);
        return length > 0 ? text[..length] : text;
    }

    private static string Bare(string text) => text.Trim([.. text.Where(c => !char.IsLetter(c)).Distinct()]);

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
