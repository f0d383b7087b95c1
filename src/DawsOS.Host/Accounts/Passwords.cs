using System.Security.Cryptography;

using Microsoft.AspNetCore.Identity;

namespace DawsOS.Accounts;

/// <summary>Hashes and checks passwords; a check takes the same time whether there is such a user or not.</summary>
internal sealed class Passwords(IPasswordHasher<User> hasher)
{
    // OWASP's figure for PBKDF2 with SHA-512; older hashes are replaced at the next login.
    public const int Iterations = 210_000;

    // Without the characters that people confuse.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static readonly User Nobody = new();
    private readonly Lazy<string> _dummyHash = new(() => hasher.HashPassword(Nobody, Generate()));

    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>Whether the password is the user's, and a new hash to store when the present one is too weak.</summary>
    public (bool Matches, string? NewHash) Check(User? user, string password)
    {
        // Made for known users too: else the first unknown one would take twice as long.
        var dummy = _dummyHash.Value;
        var result = hasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? dummy, password);
        if (user is null || result == PasswordVerificationResult.Failed)
        {
            return (false, null);
        }
        return (true, result == PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : null);
    }

    /// <summary>A random password of 116 bits.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, 20);
}
