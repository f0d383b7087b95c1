using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Npgsql;

namespace DawsOS.Operations;

public sealed class OperationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_started_host_is_healthy_and_ready_and_measures_itself()
    {
        await using var app = await DawsApp.StartAsync();

        var health = await app.Http.GetFromJsonAsync<JsonElement>("/health", Token);
        var ready = await app.Http.GetFromJsonAsync<JsonElement>("/health/ready", Token);
        using var admin = await app.SignInAsync();
        using var unknown = await admin.GetAsync("/nowhere/7f3a", Token);
        var metrics = await app.Http.GetStringAsync("/metrics", Token);

        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.Equal("2026-03-02T09:00:00Z", health.GetProperty("timestamp").GetString());
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Equal("""{"database":{"status":"ok"},"silo":{"status":"ok"},"migrations":{"status":"ok"}}""", ready.GetProperty("checks").GetRawText());
        Assert.Contains("dawsos_build_info{version=\"0.1.0\",service=\"dawsos\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("dawsos_http_request_duration_seconds_count{route=\"/health/ready\",method=\"GET\",code=\"200\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("dawsos_http_request_duration_seconds_count{route=\"unmatched\",method=\"GET\",code=\"404\"} 1", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("7f3a", metrics, StringComparison.Ordinal);
        Assert.Contains("process_working_set_bytes", metrics, StringComparison.Ordinal);
        Assert.Contains("microsoft_orleans_orleans_", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_at_the_root_finds_its_way_and_a_prober_may_ask_for_the_head_alone()
    {
        await using var app = await DawsApp.StartAsync();

        using var page = await app.Http.GetAsync("/", Token);
        using var alive = await app.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health"), Token);
        using var ready = await app.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health/ready"), Token);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        var html = await page.Content.ReadAsStringAsync(Token);
        Assert.All(["/login", "/dashboard", "/openapi/v1.json", "/health/ready"], path => Assert.Contains($"href=\"{path}\"", html, StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (alive.StatusCode, ready.StatusCode));
        Assert.Empty(await alive.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task A_host_that_is_shutting_down_is_not_ready_but_alive()
    {
        await using var app = await DawsApp.StartAsync();
        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var ready = await app.Http.GetAsync("/health/ready", Token);
        using var health = await app.Http.GetAsync("/health", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("The process is shutting down.", await DetailAsync(ready, "silo"));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task A_schema_that_is_not_this_programs_makes_it_not_ready()
    {
        await using var app = await DawsApp.StartAsync();
        await using (var connection = await app.Services.GetRequiredService<Database>().OpenAsync(Token))
        {
            await Dapper.SqlMapper.ExecuteAsync(connection, "DELETE FROM schema_migrations WHERE number = 4");
        }

        using var ready = await app.Http.GetAsync("/health/ready", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("run 'migrate'", await DetailAsync(ready, "migrations"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_hangs_is_an_answer_in_time_and_it_recovers()
    {
        using var proxy = new TcpProxy();
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string>
        {
            ["DATABASE_URL"] = proxy.InFrontOf(await PostgresServer.CreateDatabaseAsync()),
            ["AUTH_JWT_SECRET"] = HostProcess.JwtSecret,
        });
        using var before = await app.Http.GetAsync("/health/ready", Token);
        using var signedIn = await app.SignInAsync();
        proxy.Hang();

        // Liveness asks no database, not even for whose token it is.
        using var alive = await signedIn.GetAsync("/health", Token);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        using var during = await app.Http.GetAsync("/health/ready", Token);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
        Assert.Contains("did not answer within 2 s", await DetailAsync(during, "database"), StringComparison.Ordinal);

        proxy.Resume();
        await HostProcess.PollAsync("the database to be back", async () =>
        {
            using var after = await app.Http.GetAsync("/health/ready", Token);
            return after.IsSuccessStatusCode;
        });
    }

    [Theory]
    [InlineData(false, "The database did not answer within 2 s.")]
    [InlineData(true, "The database is away.")]
    public async Task Where_a_database_is_that_is_missing_is_for_the_log_alone(bool isGone, string detail)
    {
        var proxy = new TcpProxy();
        using var whileItHangs = isGone ? null : proxy;
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["DATABASE_URL"] = proxy.InFrontOf(await PostgresServer.CreateDatabaseAsync());
        environment["AUTH_JWT_SECRET"] = HostProcess.JwtSecret;
        await using var host = await HostProcess.StartAsync(environment);
        var place = new NpgsqlConnectionStringBuilder(environment["DATABASE_URL"]);
        if (isGone)
        {
            proxy.Dispose();
        }
        else
        {
            proxy.Hang();
        }

        var text = "";
        await HostProcess.PollAsync(detail, async () =>
        {
            using var ready = await host.Http.GetAsync("/health/ready", Token);
            text = await ready.Content.ReadAsStringAsync(Token);
            return text.Contains($"\"detail\":\"{detail}\"", StringComparison.Ordinal);
        });

        Assert.DoesNotContain($"{place.Port}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(place.Database!, text, StringComparison.Ordinal);
        await HostProcess.PollAsync("the log to say where", () => Task.FromResult(
            host.Output.Contains($"is away or does not answer: {place.Host}:{place.Port}/{place.Database}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task With_a_port_of_their_own_metrics_are_there_and_only_there()
    {
        var port = Ports.Free();
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["METRICS_PORT"] = $"{port}" });
        using var own = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        using var metrics = await own.GetAsync("/metrics", Token);
        using var other = await own.GetAsync("/health", Token);
        using var atTheFrontDoor = await app.Http.GetAsync("/metrics", Token);
        using var withASlash = await app.Http.GetAsync("/metrics/", Token);
        using var health = await app.Http.GetAsync("/health", Token);

        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.Equal("text/plain", metrics.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, atTheFrontDoor.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, withASlash.StatusCode);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response, string check)
    {
        var report = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("not_ready", report.GetProperty("status").GetString());
        return report.GetProperty("checks").GetProperty(check).GetProperty("detail").GetString()!;
    }
}
