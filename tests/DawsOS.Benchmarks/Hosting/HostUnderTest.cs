using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace DawsOS.Hosting;

/// <summary>The built program as a process of its own on free loopback ports; ended with its directory when disposed.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    private const string Password = "correct-horse-battery";
    private readonly Process _process;

    private HostUnderTest(Process process, Uri address, TimeSpan startToReady)
    {
        _process = process;
        StartToReady = startToReady;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
    }

    /// <summary>From the start of the process until /health/ready answered 200.</summary>
    public TimeSpan StartToReady { get; }

    /// <summary>Signed in as the first ADMIN once <see cref="SignInAsync"/> was called.</summary>
    public HttpClient Http { get; }

    /// <param name="directory">DAWSOS_DATA; on Postgres unused but for the secret.</param>
    /// <param name="databaseUrl">Null = embedded.</param>
    /// <param name="settings">More variables.</param>
    /// <param name="processor">The one that it may use, so that who measures does not take it away; null = all.</param>
    public static async Task<HostUnderTest> StartAsync(
        string directory, string? databaseUrl, IReadOnlyDictionary<string, string>? settings = null, int? processor = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] command = [.. processor is { } one ? ["taskset", "-c", $"{one}"] : Array.Empty<string>(), "dotnet", Path.Combine(AppContext.BaseDirectory, "DawsOS.Host.dll")];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["DAWSOS_DATA"] = directory,
                ["DAWSOS_ADMIN_PASSWORD"] = Password,
                ["AUTH_JWT_SECRET"] = "a benchmark secret of more than thirty-two bytes",
                ["ASPNETCORE_URLS"] = address.ToString(),
                ["ORLEANS_SILO_PORT"] = FreePort(),
                ["ORLEANS_GATEWAY_PORT"] = FreePort(),
                ["LOG_LEVEL"] = "Warning",
            },
        };
        start.Environment.Remove("DATABASE_URL");
        if (databaseUrl is not null)
        {
            start.Environment["DATABASE_URL"] = databaseUrl;
        }
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        using var probe = new HttpClient { BaseAddress = address };
        while (!await IsReadyAsync(probe))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException("The host ended before it was ready; what it said is above.");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        return new HostUnderTest(process, address, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Resident memory in MB, as Linux counts it.</summary>
    public double ResidentMegabytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Time on processors so far.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    public async Task SignInAsync()
    {
        var answer = await PostAsync("/auth/login", new { email = "admin@localhost", password = Password });
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
    }

    /// <summary>The token of a new user with that role.</summary>
    public async Task<string> NewTokenAsync(string email, string role)
    {
        await PostAsync("/auth/users", new { email, password = Password, role });
        return (await PostAsync("/auth/login", new { email, password = Password })).GetProperty("access_token").GetString()!;
    }

    public Task<JsonElement> PostAsync(string route, object body) => SendAsync(Http.PostAsJsonAsync(route, body));

    public Task<JsonElement> ImportAsync(string csv) =>
        SendAsync(Http.PostAsync("/v1/series/import", new StringContent(csv, new MediaTypeHeaderValue("text/csv"))));

    public Task<JsonElement> GetAsync(string route) => SendAsync(Http.GetAsync(new Uri(route, UriKind.Relative)));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        // A silo that is killed counts as alive on Postgres for a minute and a half, and the next one would wait for it.
        using (var signal = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await signal.WaitForExitAsync();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<JsonElement> SendAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"{response.RequestMessage!.RequestUri} answered {(int)response.StatusCode}: {text}");
    }

    private static async Task<bool> IsReadyAsync(HttpClient probe)
    {
        try
        {
            using var response = await probe.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
