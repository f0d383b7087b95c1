using System.Net;
using System.Net.Sockets;

using DawsOS.Harness;

using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace DawsOS.Harness;

/// <summary>
/// A real Postgres: the one that DAWS_TEST_POSTGRES names (a URL of a superuser), else a private one that this process
/// starts on a free loopback port and ends. Where there are no server binaries, tests that need it skip with that reason.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PostgresServer? _running;
    private string? _adminConnection;
    private PostgresCluster? _cluster;

    public ValueTask InitializeAsync()
    {
        _running = this;
        return ValueTask.CompletedTask;
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var server = _running!;
        await Gate.WaitAsync();
        try
        {
            server._adminConnection ??= await server.StartAsync();
        }
        finally
        {
            Gate.Release();
        }
        return await PostgresCluster.CreateDatabaseAsync(server._adminConnection);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private async Task<string> StartAsync()
    {
        if (TestEnvironment.Variable("DAWS_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return Storage.DatabaseUrl.Parse(given).ConnectionString;
        }
        _cluster = await PostgresCluster.NewAsync("There is no Postgres server here (pg_config --bindir has no initdb) and DAWS_TEST_POSTGRES is not set.");
        return _cluster.AdminConnection;
    }
}

/// <summary>Free loopback ports.</summary>
public static class Ports
{
    private static readonly HashSet<int> Given = [];

    public static int Free()
    {
        lock (Given)
        {
            while (true)
            {
                using var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                var port = ((IPEndPoint)listener.LocalEndpoint).Port;
                if (Given.Add(port))
                {
                    return port;
                }
            }
        }
    }
}

/// <summary>What the test run was told by its environment.</summary>
public static class TestEnvironment
{
    public static string? Variable(string name) =>
        Environment.GetEnvironmentVariables() is var all && all.Contains(name) ? (string?)all[name] : null;

    /// <summary>The checkout this test was built from.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "DawsOS.sln")))
        {
            directory = directory.Parent!;
        }
        return directory.FullName;
    }
}
