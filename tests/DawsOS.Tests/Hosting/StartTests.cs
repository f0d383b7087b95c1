using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using Orleans.Configuration;

namespace DawsOS.Hosting;

/// <summary>The built program as its operator sees it: a start that cannot go on is one sentence and an exit code.</summary>
public sealed class StartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_migration_stops_the_start()
    {
        var environment = await MigratedAsync(Dialect.Sqlite);
        Execute(environment, "UPDATE schema_migrations SET sha256 = 'other' WHERE number = 3");

        Assert.Equal(
            "Migration 0003 (0003_series) was changed after it was applied: restore its file and put the change into a new migration.",
            await FailAsync(environment));
    }

    [Fact]
    public async Task A_database_newer_than_the_program_stops_the_start()
    {
        var environment = await MigratedAsync(Dialect.Sqlite);
        Execute(environment, "INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (9999, '9999_future', 'x', 'x')");

        Assert.Contains("start the newer DawsOS", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        Directory.CreateDirectory(environment["DAWSOS_DATA"]);
        await File.WriteAllTextAsync(Path.Combine(environment["DAWSOS_DATA"], "dawsos.db"), new string('x', 10_000), Token);

        var sentence = await FailAsync(environment);
        Assert.Contains("file is not a database", sentence, StringComparison.Ordinal);
        Assert.Contains("put back a copy", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_postgres_that_is_not_there_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["AUTH_JWT_SECRET"] = HostProcess.JwtSecret;
        environment["DATABASE_URL"] = $"postgresql://ann:hunter2@127.0.0.1:{Ports.Free()}/daws";

        Assert.Contains("check DATABASE_URL", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_postgres_that_never_answers_stops_the_start_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["AUTH_JWT_SECRET"] = HostProcess.JwtSecret;
        environment["DATABASE_URL"] = $"postgresql://ann:hunter2@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/daws";
        var started = Stopwatch.GetTimestamp();

        Assert.Contains("check DATABASE_URL", await FailAsync(environment), StringComparison.Ordinal);

        // Npgsql tries twice, by its own limit 15 s each time.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task A_wrong_password_stops_the_start_and_is_not_printed()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _ = RefuseAllAsync(server);
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["AUTH_JWT_SECRET"] = HostProcess.JwtSecret;
        environment["DATABASE_URL"] = $"postgresql://ann:hunter2@127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/daws?sslmode=disable";

        Assert.Contains("password authentication failed for user \"ann\"", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync(Dialect.Postgres);
        environment["DATABASE_URL"] = new NpgsqlConnectionStringBuilder(environment["DATABASE_URL"]) { Database = "nowhere" }.ConnectionString;

        Assert.Contains("database \"nowhere\" does not exist", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        var file = Path.GetTempFileName();
        environment["DAWSOS_DATA"] = Path.Combine(file, "data");

        Assert.Contains("set DAWSOS_DATA to a directory that this user may write", await FailAsync(environment), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        Directory.CreateDirectory(environment["DAWSOS_DATA"]);
        using (var chmod = Process.Start("chmod", ["555", environment["DAWSOS_DATA"]]))
        {
            await chmod.WaitForExitAsync(Token);
        }
        // Root may write anywhere.
        string[] asNobody = System.Environment.UserName == "root" ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        await using var host = HostProcess.Run(environment, asNobody, []);

        Assert.Equal(1, await host.ExitAsync());
        Assert.Equal(
            $"The data directory {environment["DAWSOS_DATA"]} cannot be written: set DAWSOS_DATA to a directory that this user may write.", OneLine(host));
    }

    [Fact]
    public async Task A_second_process_on_the_same_directory_stops_and_the_first_goes_on()
    {
        await using var first = await HostProcess.StartAsync(await HostProcess.NewEnvironmentAsync());
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["DAWSOS_DATA"] = first.Environment["DAWSOS_DATA"];
        var second = HostProcess.Run(environment);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("is in use by another DawsOS process", OneLine(second), StringComparison.Ordinal);
        using var ready = await first.Http.GetAsync("/health/ready", Token);
        Assert.True(ready.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("SMTP_HOST", "smtp.example.com", "Email is unavailable: SMTP_FROM is not set, though SMTP_HOST is.")]
    [InlineData("SMTP_FROM", "alerts@example.com", "Email is unavailable: SMTP_HOST is not set, though SMTP_FROM is.")]
    public async Task A_mail_server_without_a_sender_or_the_other_way_round_is_warned_of_once(string variable, string value, string warning)
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment[variable] = value;
        await using var host = await HostProcess.StartAsync(environment);

        host.Signal("TERM");

        Assert.Equal(0, await host.ExitAsync());
        Assert.Single(host.Output.Split('\n'), line => line.Contains("Email is unavailable", StringComparison.Ordinal));
        Assert.Contains(warning, host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ORLEANS_SILO_PORT")]
    [InlineData("ORLEANS_GATEWAY_PORT")]
    [InlineData("METRICS_PORT")]
    [InlineData("ASPNETCORE_URLS")]
    public async Task A_port_that_is_in_use_stops_the_start_and_names_the_variable(string variable)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var environment = await HostProcess.NewEnvironmentAsync();
        environment[variable] = variable == "ASPNETCORE_URLS" ? $"http://127.0.0.1:{port}" : $"{port}";

        var sentence = await FailAsync(environment);

        Assert.Contains($"127.0.0.1:{port} cannot be listened on", sentence, StringComparison.Ordinal);
        Assert.Contains(variable, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_port_for_two_things_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["METRICS_PORT"] = environment["ORLEANS_GATEWAY_PORT"];

        Assert.StartsWith("METRICS_PORT: port", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_variable_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["LOG_LEVEL"] = "Loud";

        Assert.Equal("LOG_LEVEL: 'Loud' is none of Trace, Debug, Information, Warning, Error, Critical, None.", await FailAsync(environment));
    }

    [Fact]
    public async Task A_bad_level_of_dotnets_own_section_is_named_too() => Assert.Equal(
        "Logging:LogLevel:Default: 'Nope' is none of Trace, Debug, Information, Warning, Error, Critical, None.",
        await FailAsync(await HostProcess.NewEnvironmentAsync(), "--Logging:LogLevel:Default", "Nope"));

    [Fact]
    public async Task An_https_address_without_a_certificate_stops_the_start()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["ASPNETCORE_URLS"] = $"https://127.0.0.1:{Ports.Free()}";

        Assert.StartsWith("ASPNETCORE_URLS or --urls: an https address needs a certificate", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("                                        ")]
    public async Task A_token_secret_that_anyone_could_guess_stops_the_start(string secret)
    {
        var environment = await MigratedAsync(Dialect.Sqlite);
        await File.WriteAllTextAsync(Path.Combine(environment["DAWSOS_DATA"], "token-secret"), secret, Token);

        var sentence = await FailAsync(environment);

        Assert.Contains("token-secret is shorter than 32 bytes", sentence, StringComparison.Ordinal);
        Assert.Contains("delete the file", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Dialect.Sqlite, "DELETE FROM OrleansQuery")]
    [InlineData(Dialect.Postgres, "DELETE FROM OrleansQuery")]
    internal async Task A_silo_that_cannot_start_is_one_sentence_too(Dialect dialect, string damage)
    {
        var environment = await MigratedAsync(dialect);
        Execute(environment, damage);

        Assert.StartsWith("The silo or the front door did not start (", await FailAsync(environment), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clustering_tables_that_cannot_be_read_are_one_sentence_after_a_while()
    {
        var environment = await MigratedAsync(Dialect.Postgres);
        Execute(environment, "DROP TABLE OrleansMembershipTable");

        var stopped = await Assert.ThrowsAsync<StartupException>(() => DawsApp.StartAsync(
            settings: new Dictionary<string, string> { ["DATABASE_URL"] = environment["DATABASE_URL"], ["AUTH_JWT_SECRET"] = HostProcess.JwtSecret },
            replace: builder => builder.Services.Configure<ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = TimeSpan.FromSeconds(3))));

        Assert.StartsWith("The silo or the front door did not start (", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', stopped.Message);
    }

    [Theory]
    [InlineData("serve", "serve")]
    [InlineData("migrate", "twice")]
    public async Task An_unknown_word_is_refused(string word, string unknown)
    {
        string[] args = word == unknown ? [word] : [word, unknown];

        Assert.Equal($"There is no command '{unknown}': see --help.", await FailAsync(await HostProcess.NewEnvironmentAsync(), args));
    }

    [Theory]
    [InlineData("There is no option '--hlep': see --help.", "--hlep")]
    [InlineData("The option '--urls' has no value: write --urls=<value>.", "--urls")]
    [InlineData("The demo takes no '--foo', only --exit and --keep; it finds its own address and data directory.", "demo", "--foo")]
    public async Task An_unknown_option_is_refused(string sentence, params string[] args) =>
        Assert.Equal(sentence, await FailAsync(await HostProcess.NewEnvironmentAsync(), args));

    private static async Task<string> FailAsync(Dictionary<string, string> environment, params string[] args)
    {
        await using var host = HostProcess.Run(environment, args);
        Assert.Equal(1, await host.ExitAsync());
        Assert.DoesNotContain("   at ", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", host.Output + host.Errors, StringComparison.Ordinal);
        return OneLine(host);
    }

    private static string OneLine(HostProcess host) => Assert.Single(host.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)).TrimEnd('\r');

    private static async Task<Dictionary<string, string>> MigratedAsync(Dialect dialect)
    {
        var environment = await HostProcess.NewEnvironmentAsync(dialect);
        Directory.CreateDirectory(environment["DAWSOS_DATA"]);
        await using var database = new Database(Options(environment));
        await new Migrator(database, TimeProvider.System).MigrateAsync(Token);
        return environment;
    }

    private static void Execute(Dictionary<string, string> environment, string sql)
    {
        var options = Options(environment);
        using System.Data.Common.DbConnection connection =
            options.Dialect == Dialect.Postgres ? new NpgsqlConnection(options.ConnectionString) : new SqliteConnection(options.ConnectionString);
        Dapper.SqlMapper.Execute(connection, sql);
    }

    private static StorageOptions Options(Dictionary<string, string> environment) => environment.TryGetValue("DATABASE_URL", out var url)
        ? DatabaseUrl.Parse(url)
        : new StorageOptions
        {
            Dialect = Dialect.Sqlite,
            ConnectionString = $"Data Source={Path.Combine(environment["DAWSOS_DATA"], "dawsos.db")};Pooling=false",
            Describe = "test",
        };

    private static async Task RefuseAllAsync(TcpListener server)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync(Token);
                await RefuseAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    // As much of a Postgres as it takes to refuse a password.
    private static async Task RefuseAsync(NetworkStream stream)
    {
        while (await LengthAsync() is var length and > 0)
        {
            await stream.ReadExactlyAsync(new byte[length - 4], Token);
            if (length > 8)
            {
                break;
            }
            // Asked for encryption first: no.
            await stream.WriteAsync("N"u8.ToArray(), Token);
        }
        var fields = Encoding.ASCII.GetBytes("SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"ann\"\0\0");
        byte[] message = [(byte)'E', 0, 0, 0, (byte)(fields.Length + 4), .. fields];
        await stream.WriteAsync(message, Token);

        async Task<int> LengthAsync()
        {
            var head = new byte[4];
            await stream.ReadExactlyAsync(head, Token);
            return System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(head);
        }
    }
}
