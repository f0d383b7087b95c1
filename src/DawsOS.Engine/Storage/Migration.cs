using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DawsOS.Storage;

/// <summary>One numbered schema change; its hash is over the text with LF line ends.</summary>
internal sealed record Migration(int Number, string Name, string Text, string Sha256)
{
    public static Migration Of(string fileName, string text)
    {
        var number = int.Parse(fileName.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
        var canonical = text.ReplaceLineEndings("\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return new Migration(number, Path.GetFileNameWithoutExtension(fileName), canonical, hash);
    }
}

/// <summary>What a database says was applied.</summary>
internal sealed record AppliedMigration
{
    public int Number { get; init; }

    public string Name { get; init; } = "";

    public string Sha256 { get; init; } = "";
}
