using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using DawsOS.Alerts;
using DawsOS.Delivery;
using DawsOS.Hosting;
using DawsOS.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace DawsOS.Harness;

/// <summary>
/// The whole program in this process: real HTTP on a free port, a real database of its own, a fake clock for everything but Orleans' own
/// background work. Reminders follow the fake clock too.
/// </summary>
internal sealed class DawsApp : IAsyncDisposable
{
    public const string AdminEmail = "admin@localhost";
    public const string AdminPassword = "correct-horse-battery";

    private readonly WebApplication _app;
    private readonly string _directory;

    private readonly List<DawsApp> _joined = [];

    private DawsApp(WebApplication app, string directory, TestClock clock, Uri address, string gatewayPort, string? databaseUrl)
    {
        GatewayPort = gatewayPort;
        DatabaseUrl = databaseUrl;
        _app = app;
        _directory = directory;
        Clock = clock;
        Address = address;
        Http = new HttpClient { BaseAddress = address };
    }

    /// <summary>Starts at 2026-03-02 09:00 UTC, a Monday.</summary>
    public TestClock Clock { get; }

    public Uri Address { get; }

    /// <summary>Where an Orleans client finds it on loopback.</summary>
    public string GatewayPort { get; }

    /// <summary>Its own database on Postgres, for a second silo or a look behind the API; null embedded.</summary>
    public string? DatabaseUrl { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="dialect">Embedded SQLite in a directory of its own, or a new database on the test Postgres.</param>
    /// <param name="settings">More environment variables; DATABASE_URL of another app makes this one a second silo of it.</param>
    /// <param name="replace">Replaces services.</param>
    /// <param name="map">Maps more endpoints.</param>
    /// <param name="clock">Another's, in place of one of its own.</param>
    public static async Task<DawsApp> StartAsync(
        Dialect dialect = Dialect.Sqlite, IReadOnlyDictionary<string, string>? settings = null, Action<WebApplicationBuilder>? replace = null,
        Action<WebApplication>? map = null, TestClock? clock = null)
    {
        var directory = Directory.CreateTempSubdirectory("daws-").FullName;
        var values = new Dictionary<string, string>
        {
            ["DAWSOS_DATA"] = directory,
            ["DAWSOS_ADMIN_EMAIL"] = AdminEmail,
            ["DAWSOS_ADMIN_PASSWORD"] = AdminPassword,
            ["ORLEANS_SILO_PORT"] = $"{Ports.Free()}",
            ["ORLEANS_GATEWAY_PORT"] = $"{Ports.Free()}",
            ["LOG_LEVEL"] = "Warning",
            ["RATE_LIMIT_USER_PER_MINUTE"] = "0",
            ["RATE_LIMIT_GLOBAL_PER_MINUTE"] = "0",
            ["urls"] = $"http://127.0.0.1:{Ports.Free()}",
        };
        if (dialect == Dialect.Postgres)
        {
            values["DATABASE_URL"] = settings?.GetValueOrDefault("DATABASE_URL") ?? await PostgresServer.CreateDatabaseAsync();
            values["AUTH_JWT_SECRET"] = "a test secret of more than thirty-two bytes";
        }
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            values[name] = value;
        }
        clock ??= new TestClock(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        var app = DawsHost.Build([.. values.Select(pair => $"--{pair.Key}={pair.Value}")], builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            builder.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, clock);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            // A million places, 18 MB, by default; Orleans' static meter keeps every host of this process alive.
            builder.Services.Configure<GrainDirectoryOptions>(options => options.CacheSize = 1_000);
            // Tests sign in often; how strong the hashes are by default is a test of its own.
            builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
            replace?.Invoke(builder);
        });
        map?.Invoke(app);
        await DawsHost.StartAsync(app, CancellationToken.None);
        return new DawsApp(app, directory, clock, new Uri(values["urls"]), values["ORLEANS_GATEWAY_PORT"], values.GetValueOrDefault("DATABASE_URL"));
    }

    /// <summary>One more silo on the same Postgres database and clock; ended with this one. Who signs in from here on speaks to each in turn.</summary>
    public async Task JoinAsync() =>
        _joined.Add(await StartAsync(Dialect.Postgres, new Dictionary<string, string> { ["DATABASE_URL"] = DatabaseUrl! }, clock: Clock));

    /// <summary>A client that is signed in.</summary>
    public async Task<HttpClient> SignInAsync(string email = AdminEmail, string password = AdminPassword)
    {
        using var response = await Http.PostAsJsonAsync("/auth/login", new { email, password });
        response.EnsureSuccessStatusCode();
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        var client = new HttpClient(new InTurn([Address, .. _joined.Select(silo => silo.Address)])) { BaseAddress = Address };
        client.DefaultRequestHeaders.From = email;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>
    /// Returns when no alert is due any more. The program's own loop and reminders follow the same clock and may hold a due row just now, so one
    /// turn is not enough: a row stays due until its decision is committed, whoever makes it.
    /// </summary>
    public async Task WakeAsync()
    {
        var loop = Services.GetRequiredService<WakeLoop>();
        do
        {
            await loop.RunOnceAsync(TestContext.Current.CancellationToken);
        }
        while (await ScalarAsync<long>("SELECT count(*) FROM alerts WHERE is_active AND deleted_at IS NULL AND wake_at <= @now", new { now = Clock.GetUtcNow() }) > 0);
    }

    /// <summary>Returns when no delivery is due or being sent any more.</summary>
    public async Task SendAsync()
    {
        var loop = Services.GetRequiredService<SendLoop>();
        do
        {
            loop.Nudge();
            await Task.Yield();
        }
        while (await ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE next_attempt_at <= @now OR lease_until IS NOT NULL", new { now = Clock.GetUtcNow() }) > 0);
    }

    /// <summary>Looks behind the API, for what a user cannot see.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, object? args = null)
    {
        await using var connection = await Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        return await connection.ExecuteScalarAsync<T>(sql, args);
    }

    /// <summary>Rows behind the API, each as it is stored.</summary>
    public async Task<T[]> RowsAsync<T>(string sql, object? args = null)
    {
        await using var connection = await Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        return [.. await connection.QueryAsync<T>(sql, args)];
    }

    /// <summary>A number of <c>/metrics</c>, of all silos together; zero while there is none.</summary>
    /// <param name="series">Its name and labels, e.g. <c>up{of="all"}</c>.</param>
    public async Task<double> MetricAsync(string series)
    {
        var sum = 0.0;
        foreach (var http in _joined.Select(silo => silo.Http).Prepend(Http))
        {
            var metrics = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            sum += metrics.Split('\n').SingleOrDefault(line => line.StartsWith($"{series} ", StringComparison.Ordinal)) is { } line
                ? double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture)
                : 0;
        }
        return sum;
    }

    /// <summary>Does behind the API what only a fault can.</summary>
    public async Task WriteAsync(string sql, object? args = null)
    {
        await using var connection = await Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql, args);
    }

    /// <summary>The same user with a fresh token, for after the clock was moved.</summary>
    public Task<HttpClient> SignInAgainAsync(HttpClient client) => SignInAsync(client.DefaultRequestHeaders.From!);

    /// <summary>A client signed in as a new user of that role.</summary>
    public async Task<HttpClient> SignInAsNewAsync(string role)
    {
        using var admin = await SignInAsync();
        var email = $"{Guid.CreateVersion7():N}@example.test";
        using var response = await admin.PostAsJsonAsync("/auth/users", new { email, password = AdminPassword, role });
        response.EnsureSuccessStatusCode();
        return await SignInAsync(email);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _joined)
        {
            await silo.DisposeAsync();
        }
        Http.Dispose();
        await _app.StopAsync();
        var storage = Services.GetRequiredService<StorageOptions>();
        await _app.DisposeAsync();
        if (storage.Dialect == Dialect.Postgres)
        {
            // Orleans' providers leave theirs to their driver, which keeps them for five minutes: those of a hundred programs are more than a server takes.
            await using var pool = new NpgsqlConnection(storage.ConnectionString);
            NpgsqlConnection.ClearPool(pool);
        }
        Directory.Delete(_directory, recursive: true);
    }

    // Each request to the next address, so that what one silo was told another is asked for.
    private sealed class InTurn(Uri[] addresses) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _turn = -1;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var address = addresses[(uint)Interlocked.Increment(ref _turn) % addresses.Length];
            request.RequestUri = new Uri(address, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
