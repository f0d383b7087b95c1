using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DawsOS.Delivery;

/// <summary>Whether a mail server's certificate is good when SMTP_CA_FILE adds trust roots.</summary>
internal static class SmtpTrust
{
    private static readonly Oid ForServers = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The name must be right in any case; the chain may end in the system's roots or in one of those added.</summary>
    /// <param name="certificate">The server's.</param>
    /// <param name="presented">The chain as the system built it, with what the server sent.</param>
    /// <param name="errors">What the system found wrong.</param>
    /// <param name="roots">Those added.</param>
    public static bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // As the system asks too: a client's certificate is no server's.
        chain.ChainPolicy.ApplicationPolicy.Add(ForServers);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        }
        return chain.Build(leaf);
    }
}
