using System.Diagnostics;
using System.Globalization;

using Npgsql;

namespace DawsOS.Harness;

/// <summary>A Postgres of its own on a free loopback port, which can be stopped as by a power cut and started again; ended when disposed.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _bin;
    private readonly string _directory = Directory.CreateTempSubdirectory("daws-pg-").FullName;
    private readonly int _port = Ports.Free();
    private Process? _process;

    private PostgresCluster(string bin) => _bin = bin;

    public string AdminConnection => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    // initdb and postgres refuse root.
    private static bool AsRoot => Environment.UserName == "root";

    /// <param name="without">Why a test skips where there are no server binaries.</param>
    public static async Task<PostgresCluster> NewAsync(string without = "There is no Postgres server here to stop and start (pg_config --bindir has no initdb).")
    {
        var bin = BinDirectory();
        Assert.SkipWhen(bin is null, without);
        var cluster = new PostgresCluster(bin!);
        if (AsRoot)
        {
            await RunAsync(new ProcessStartInfo("chown", ["postgres", cluster._directory]));
        }
        await RunAsync(AsPostgres(Path.Combine(bin!, "initdb"), ["-D", cluster.Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]));
        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public Task<string> CreateDatabaseAsync() => CreateDatabaseAsync(AdminConnection);

    public static async Task<string> CreateDatabaseAsync(string adminConnection)
    {
        var name = $"daws_{Guid.CreateVersion7():N}";
        await using var connection = new NpgsqlConnection(adminConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(adminConnection) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>Starts it, again after a stop, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(AsPostgres(Path.Combine(_bin, "postgres"),
        [
            "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "logging_collector=off", "-c", "log_min_messages=fatal",
        ]))!;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(AdminConnection + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 300)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>SIGQUIT, an immediate shutdown: every session is cut, and the next start recovers.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }
        var pid = File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();
        await RunAsync(new ProcessStartInfo("kill", ["-QUIT", pid]));
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private static string? BinDirectory() =>
        Candidates().FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")));

    // Debian keeps the server's programs out of the way, and pg_config in a package of its own.
    private static IEnumerable<string> Candidates()
    {
        string? named = null;
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pg_config", ["--bindir"]) { RedirectStandardOutput = true })!;
            named = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is none.
        }
        return [.. named is null ? [] : new[] { named }, .. Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : []];
    }

    private static ProcessStartInfo AsPostgres(string file, string[] args) => AsRoot
        ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, .. args])
        : new ProcessStartInfo(file, args);

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{start.FileName} failed: {output}");
    }
}
