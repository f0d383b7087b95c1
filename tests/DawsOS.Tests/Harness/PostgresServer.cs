using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using DawsOS.Harness;

using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace DawsOS.Harness;

/// <summary>
/// A real Postgres: the one that DAWS_TEST_POSTGRES names (a URL of a role that may create databases), else a private one that this process
/// starts on a free loopback port and ends. Where there are no server binaries, tests that need it skip with that reason.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PostgresServer? _running;
    private string? _directory;
    private string? _adminConnection;
    private Process? _process;

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
        var name = $"daws_{Guid.CreateVersion7():N}";
        await using var connection = new NpgsqlConnection(server._adminConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server._adminConnection) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    public ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_process is not null)
        {
            // SIGQUIT: immediate shutdown; nothing in it is needed any more.
            Process.Start("kill", ["-QUIT", Pid().ToString(CultureInfo.InvariantCulture)])!.WaitForExit();
            _process.WaitForExit(10_000);
            _process.Dispose();
            Directory.Delete(_directory!, recursive: true);
        }
        return ValueTask.CompletedTask;
    }

    private async Task<string> StartAsync()
    {
        if (TestEnvironment.Variable("DAWS_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return Storage.DatabaseUrl.Parse(given).ConnectionString;
        }
        var bin = BinDirectory();
        if (bin is null)
        {
            Assert.Skip("There is no Postgres server here (pg_config --bindir has no initdb) and DAWS_TEST_POSTGRES is not set.");
        }
        var port = Ports.Free();
        _directory = Directory.CreateTempSubdirectory("daws-pg-").FullName;
        var asRoot = Environment.UserName == "root";
        if (asRoot)
        {
            // initdb refuses root.
            await RunAsync("chown", ["postgres", _directory]);
        }
        await RunAsync(asRoot, Path.Combine(bin, "initdb"), ["-D", Path.Combine(_directory, "data"), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]);
        _process = Start(asRoot, Path.Combine(bin, "postgres"),
        [
            "-D", Path.Combine(_directory, "data"), "-p", port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "logging_collector=off", "-c", "log_min_messages=fatal",
        ]);
        var connectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        await WaitUntilUpAsync(connectionString);
        return connectionString;
    }

    private static string? BinDirectory()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pg_config", ["--bindir"]) { RedirectStandardOutput = true })!;
            var bin = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return File.Exists(Path.Combine(bin, "initdb")) ? bin : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static async Task WaitUntilUpAsync(string connectionString)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 300)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private int Pid() => int.Parse(File.ReadLines(Path.Combine(_directory!, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static Process Start(bool asRoot, string file, string[] args) => asRoot
        ? Process.Start(new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, .. args]))!
        : Process.Start(new ProcessStartInfo(file, args))!;

    private static Task RunAsync(string file, string[] args) => RunAsync(false, file, args);

    private static async Task RunAsync(bool asRoot, string file, string[] args)
    {
        var start = asRoot
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, .. args])
            : new ProcessStartInfo(file, args);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{file} failed: {output}");
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
