using System.Net;
using System.Net.Sockets;

using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Hosting;

/// <summary>What must hold before the silo starts; each failure is a <see cref="StartupException"/> with one sentence.</summary>
internal sealed class Preparation(Settings settings, Migrator migrator, FirstAdmin firstAdmin, IConfiguration configuration) : IDisposable
{
    private DataDirectory? _directory;

    /// <summary>The token secret: given, or kept in the data directory.</summary>
    public string JwtSecret => settings.JwtSecret ?? _directory!.TokenSecret();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (settings.IsEmbedded)
        {
            _directory = DataDirectory.Open(settings.DataDirectory);
        }
        CheckPorts();
        await migrator.MigrateAsync(cancellationToken);
        await firstAdmin.EnsureAsync(cancellationToken);
    }

    public void Dispose() => _directory?.Dispose();

    // Found here they are one sentence; found by Kestrel or the silo they are a page of stack.
    private void CheckPorts()
    {
        CheckPort(new IPEndPoint(settings.OrleansAddress, settings.SiloPort), "ORLEANS_SILO_PORT");
        CheckPort(new IPEndPoint(settings.OrleansAddress, settings.GatewayPort), "ORLEANS_GATEWAY_PORT");
        foreach (var url in (configuration["urls"] ?? Settings.DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                && uri.Port > 0)
            {
                var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Loopback;
                CheckPort(new IPEndPoint(address, uri.Port), "ASPNETCORE_URLS or --urls");
            }
        }
    }

    private static void CheckPort(IPEndPoint endpoint, string variable)
    {
        try
        {
            using var probe = new TcpListener(endpoint);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new StartupException($"{endpoint} cannot be listened on ({e.Message}): stop what uses it, or set {variable}.", e);
        }
    }
}
