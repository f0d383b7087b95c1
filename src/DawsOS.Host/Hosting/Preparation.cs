using System.Net;
using System.Net.Sockets;

using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Hosting;

/// <summary>What must hold before the silo starts; each failure is a <see cref="StartupException"/> with one sentence.</summary>
internal sealed class Preparation(Settings settings, Migrator migrator, FirstAdmin firstAdmin) : IDisposable
{
    private DataDirectory? _directory;
    private string? _jwtSecret = settings.JwtSecret;

    /// <summary>
    /// The token secrets, there after <see cref="RunAsync"/>: the one that signs, given or kept in the data directory, and the one before it, which
    /// still verifies.
    /// </summary>
    public IReadOnlyList<string> JwtSecrets => settings.PreviousJwtSecret is { } previous ? [_jwtSecret!, previous] : [_jwtSecret!];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (settings.IsEmbedded)
        {
            _directory = DataDirectory.Open(settings.DataDirectory);
            _jwtSecret ??= _directory.TokenSecret();
        }
        CheckPorts();
        await migrator.MigrateAsync(cancellationToken);
        await firstAdmin.EnsureAsync(cancellationToken);
    }

    public void Dispose() => _directory?.Dispose();

    // Found here they are one sentence; found by Kestrel or the silo they are a page of stack.
    private void CheckPorts()
    {
        var taken = new Dictionary<int, string>();
        Check(new IPEndPoint(settings.OrleansAddress, settings.SiloPort), "ORLEANS_SILO_PORT");
        Check(new IPEndPoint(settings.OrleansAddress, settings.GatewayPort), "ORLEANS_GATEWAY_PORT");
        if (settings.MetricsPort is { } port)
        {
            Check(new IPEndPoint(IPAddress.Loopback, port), "METRICS_PORT");
        }
        foreach (var endpoint in settings.FrontDoors())
        {
            Check(endpoint, "ASPNETCORE_URLS or --urls");
        }

        void Check(IPEndPoint endpoint, string variable)
        {
            if (!taken.TryAdd(endpoint.Port, variable) && taken[endpoint.Port] != variable)
            {
                throw new StartupException($"{variable}: port {endpoint.Port} is that of {taken[endpoint.Port]} already; give it one of its own.");
            }
            CheckPort(endpoint, variable);
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
