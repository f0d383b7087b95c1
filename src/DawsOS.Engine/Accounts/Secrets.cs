using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DawsOS.Accounts;

/// <summary>Random tokens that are shown once and stored as a hash; 256 bits, so a fast hash is enough.</summary>
internal static class Secrets
{
    /// <summary>How API keys begin.</summary>
    public const string KeyPrefix = "dk_";

    /// <summary>How refresh tokens begin.</summary>
    public const string RefreshPrefix = "dr_";

    private const int Bytes = 32;

    public static string Make(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
