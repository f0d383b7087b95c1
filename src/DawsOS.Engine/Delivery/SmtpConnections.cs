using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

using MailKit.Net.Smtp;
using MailKit.Security;

namespace DawsOS.Delivery;

/// <summary>Connections to the mail server, made when they are needed and kept for the next message. No more than sends at a time are ever open.</summary>
internal sealed class SmtpConnections(EmailOptions options, TimeProvider clock) : IDisposable
{
    // Servers close resting connections, usually after minutes.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);
    private readonly ConcurrentStack<(SmtpClient Client, long Since)> _resting = [];

    /// <summary>One that rested, or a new one that is signed in.</summary>
    public async Task<(SmtpClient Client, bool IsReused)> RentAsync(CancellationToken cancellationToken)
    {
        while (_resting.TryPop(out var resting))
        {
            if (resting.Client.IsConnected && clock.GetElapsedTime(resting.Since) < LongestRest)
            {
                return (resting.Client, true);
            }
            resting.Client.Dispose();
        }
        var client = NewClient();
        try
        {
            await client.ConnectAsync(options.Host!, options.Port, SocketOptions(options.Security), cancellationToken);
            if (options.User is not null)
            {
                await client.AuthenticateAsync(options.User, options.Password ?? "", cancellationToken);
            }
            return (client, false);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Gives one back that works.</summary>
    public void Return(SmtpClient client) => _resting.Push((client, clock.GetTimestamp()));

    public void Dispose()
    {
        while (_resting.TryPop(out var resting))
        {
            resting.Client.Dispose();
        }
    }

    private SmtpClient NewClient()
    {
        var client = new SmtpClient();
        if (options.TrustRoots is { } roots)
        {
            client.CheckCertificateRevocation = false;
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, roots);
        }
        return client;
    }

    // The name must be right in any case; the chain may end in the system's roots or in the one of SMTP_CA_FILE.
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection roots)
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
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        }
        return chain.Build(leaf);
    }

    private static SecureSocketOptions SocketOptions(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };
}
