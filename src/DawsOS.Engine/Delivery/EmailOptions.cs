using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DawsOS.Delivery;

/// <summary>How the connection to the mail server is protected.</summary>
internal enum SmtpSecurity
{
    /// <summary>Begun in the clear and demanded to be encrypted before anything is said.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte.</summary>
    Tls,

    /// <summary>Never encrypted.</summary>
    None,
}

/// <summary>How mail leaves; see the host's variables SMTP_*, USE_AWS_SES, AWS_*.</summary>
internal sealed record EmailOptions
{
    /// <summary>Null = no email: such deliveries are unavailable.</summary>
    public string? Host { get; init; }

    public int Port { get; init; } = 587;

    public SmtpSecurity Security { get; init; }

    /// <summary>Null = the server wants nobody to sign in.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The sender's address, with a display name or without; null = no email.</summary>
    public string? From { get; init; }

    /// <summary>A trust root besides the system's; with it revocation is not asked. Null = the system's alone.</summary>
    public X509Certificate2Collection? TrustRoots { get; init; }

    /// <summary>Sends at a time, each on a connection of its own that is kept for the next; 1 to 64.</summary>
    public int Slots { get; init; } = 8;

    public bool IsConfigured => Host is not null && From is not null;

    /// <summary>What no text may show: the password, as it is and as PLAIN and LOGIN say it, because servers may repeat what they did not understand.</summary>
    public ImmutableArray<string> Secrets => string.IsNullOrEmpty(Password) ? [] : [Base64($"\0{User}\0{Password}"), Base64(Password), Password];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
