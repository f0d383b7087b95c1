using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Which run a key means, and whether two requests are the same.</summary>
internal static class RunKeys
{
    public const int MaxLength = 128;
    private static readonly Guid Space = new("b6f1c2ad-6d0e-4b6c-9a8e-3e0f0f6f7d51");

    /// <summary>1–128 visible ASCII characters.</summary>
    public static bool IsValid(string key) => key.Length is > 0 and <= MaxLength && key.All(c => c is > ' ' and < '\x7f');

    /// <summary>UUIDv5 of user and key: another user's same key is another run.</summary>
    public static Guid RunId(Guid userId, string key) => NameId.Of(Space, $"{userId:D}/{key}");

    /// <summary>SHA-256 of what the body asks for; inputs written in another order or with other blanks are the same.</summary>
    public static string Hash(ExecutePattern command) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', command.PatternId, Inputs(command.InputsJson), command.RequireFresh, $"{command.AsofDate:yyyy-MM-dd}", command.PortfolioId, command.SecurityId))));

    private static string Inputs(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return CanonicalJson.Of(document.RootElement).ToString();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // The gates will refuse it; until then its text stands for it.
            return json;
        }
    }
}
