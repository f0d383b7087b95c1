using System.Data.Common;
using System.Net;
using System.Net.Http.Json;

using Dapper;

using DawsOS.Alerts;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Hosting;
using DawsOS.Storage;

using Microsoft.Data.Sqlite;

namespace DawsOS.Delivery;

/// <summary>The real program as a process that sends to a mail server in this one, is killed and started again, and is asked by a client that repeats itself.</summary>
internal sealed class MailProcess : IAsyncDisposable
{
    /// <summary>Short, so that a claim that nobody kept is found while a test waits.</summary>
    public const int LeaseSeconds = 12;

    private readonly Dictionary<string, string> _environment;
    private readonly List<HostProcess> _hosts = [];
    private readonly List<HostProcess> _joined = [];
    private readonly Database _database;

    private MailProcess(Dictionary<string, string> environment, MailSink sink)
    {
        (_environment, Sink) = (environment, sink);
        _database = new Database(environment.TryGetValue("DATABASE_URL", out var url)
            ? DatabaseUrl.Parse(url)
            : new StorageOptions { Dialect = Dialect.Sqlite, ConnectionString = $"Data Source={Path.Combine(environment["DAWSOS_DATA"], Settings.DatabaseFile)}", Describe = "" });
    }

    public MailSink Sink { get; }

    /// <summary>The one started last.</summary>
    public HostProcess Host => _hosts[^1];

    /// <summary>Signed in, and valid for the program started last.</summary>
    public HttpClient Http { get; private set; } = new();

    /// <summary>How often an ingest was refused because the database was away.</summary>
    public int Refusals { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="dialect">Of a new database.</param>
    /// <param name="databaseUrl">Another database in its place.</param>
    /// <param name="connections">Mails at a time.</param>
    public static async Task<MailProcess> StartAsync(Dialect dialect, string? databaseUrl = null, int connections = 4)
    {
        var environment = await HostProcess.NewEnvironmentAsync(databaseUrl is null ? dialect : Dialect.Sqlite);
        var sink = new MailSink();
        foreach (var (name, value) in MailScenario.Settings(sink))
        {
            environment[name] = value;
        }
        if (databaseUrl is not null)
        {
            (environment["DATABASE_URL"], environment["AUTH_JWT_SECRET"]) = (databaseUrl, HostProcess.JwtSecret);
        }
        environment["SMTP_CONNECTIONS"] = $"{connections}";
        environment["ALERT_LEASE_SECONDS"] = $"{LeaseSeconds}";
        environment["RATE_LIMIT_USER_PER_MINUTE"] = "0";
        environment["LOG_LEVEL"] = "Warning";
        var program = new MailProcess(environment, sink);
        try
        {
            await program.StartAsync();
            await program.Http.SendJsonAsync(
                HttpMethod.Put, "/v1/me/channels", new { email = new { address = "watcher@example.test", enabled = true } }, HttpStatusCode.OK);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    public async Task StartAsync()
    {
        _hosts.Add(await HostProcess.StartAsync(_environment));
        Http.Dispose();
        Http = await Host.SignInAsync();
    }

    /// <summary>One more silo on the same database and mail server; ended with this.</summary>
    public async Task<HostProcess> JoinAsync()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        foreach (var (name, value) in _environment.Where(pair => !environment.ContainsKey(pair.Key)))
        {
            environment[name] = value;
        }
        _joined.Add(await HostProcess.StartAsync(environment));
        return _joined[^1];
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => Host.KillAsync();

    /// <summary>SIGTERM, and its end.</summary>
    public async Task StopAsync()
    {
        Host.Signal("TERM");
        Assert.Equal(0, await Host.ExitAsync());
    }

    /// <summary>Alerts by both channels; the nth of them fires when the series comes to n.</summary>
    public Task CreateAsync(string series, int count = 1) => Parallel.ForAsync(1, count + 1, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (n, _) => await Http.CallAsync(
        "/v1/alerts",
        new
        {
            condition_json = new { type = "series", series_id = series, op = ">=", value = n },
            channels = new { inapp = true, email = true },
            // Told once, however long a test goes on.
            cooldown_hours = 8760,
        },
        HttpStatusCode.Created));

    /// <summary>One ingest, repeated with its id until it is answered.</summary>
    /// <returns>How many alerts it fired.</returns>
    public async Task<int> ObserveAsync(string series, int n)
    {
        while (true)
        {
            if (await TryObserveAsync(series, n) is { } fired)
            {
                return fired;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    /// <summary>Once; null when there was no answer, or the one that says to come again.</summary>
    public async Task<int?> TryObserveAsync(string series, int n)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/series/{series}/observations")
        {
            Content = JsonContent.Create(new { observations = new[] { new { date = AlertScenario.Date(n % 365), value = n } } }),
        };
        request.Headers.Add("Ingest-Id", $"{series}-{n}");
        try
        {
            using var response = await Http.SendAsync(request, Token);
            var text = await response.Content.ReadAsStringAsync(Token);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero, $"No Retry-After: {text}");
                Refusals++;
                return null;
            }
            Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}{Host.Output}");
            return System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("alerts_fired").GetInt32();
        }
        catch (Exception e) when (e is HttpRequestException or ObjectDisposedException or OperationCanceledException && !Token.IsCancellationRequested)
        {
            // Killed before it answered, not there yet, or started again meanwhile, with a client of its own.
            return null;
        }
    }

    /// <summary>Asks its database, which outlives it.</summary>
    public async Task<long> CountAsync(string sql, object? args = null)
    {
        await using var connection = await _database.OpenAsync(Token);
        return await connection.ExecuteScalarAsync<long>(sql, args);
    }

    /// <summary>Keeps every ingest and every outcome from its commit until the connection is closed.</summary>
    public async Task<DbConnection> BlockAsync()
    {
        var connection = await _database.OpenAsync(Token);
        if (connection is SqliteConnection sqlite)
        {
            // Rolled back with its connection, like the other.
            sqlite.BeginTransaction(deferred: false);
        }
        else
        {
            await connection.ExecuteAsync("BEGIN; LOCK TABLE ingests, delivery_attempts IN ACCESS EXCLUSIVE MODE");
        }
        return connection;
    }

    /// <summary>Waits until somebody waits for the block of that table; SQLite tells nobody.</summary>
    public Task BlockedAsync(string table) => _database.Dialect == Dialect.Sqlite ? Task.CompletedTask : HostProcess.PollAsync(
        $"somebody to wait for {table}", async () => await CountAsync("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = @table::regclass", new { table }) > 0);

    /// <summary>Does behind the API what would take time.</summary>
    public async Task WriteAsync(string sql)
    {
        await using var connection = await _database.OpenAsync(Token);
        await connection.ExecuteAsync(sql);
    }

    public Task<long> AttemptsAsync(string outcome) => CountAsync("SELECT count(*) FROM delivery_attempts WHERE outcome = @outcome", new { outcome });

    /// <summary>Waits until as many emails are delivered, and nothing is left to send.</summary>
    public Task DeliveredAsync(int emails) => HostProcess.PollAsync(
        $"{emails} emails to be delivered",
        async () => await CountAsync("SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND status = 'delivered'") >= emails
            && await CountAsync("SELECT count(*) FROM alert_deliveries WHERE next_attempt_at IS NOT NULL OR lease_until IS NOT NULL") == 0);

    public Task BalanceAsync() => DeliveryEquation.HoldsAsync(CountAsync, Sink);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _database.DisposeAsync();
        foreach (var host in _hosts.Concat(_joined))
        {
            await host.DisposeAsync();
        }
        await Sink.DisposeAsync();
    }
}
