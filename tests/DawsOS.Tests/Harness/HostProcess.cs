using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using DawsOS.Storage;

namespace DawsOS.Harness;

/// <summary>
/// The built program as a process of its own, with a data directory of its own and free ports: what can be killed, signalled and run out of
/// ports. Killed and cleaned up when disposed.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    public const string JwtSecret = "a test secret of more than thirty-two bytes";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private HostProcess(Process process, Dictionary<string, string> environment)
    {
        _process = process;
        Environment = environment;
        Address = new Uri(environment["ASPNETCORE_URLS"]);
        Http = new HttpClient { BaseAddress = Address };
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it was started with: start another one with some of it to have the same ports, directory or database.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    public Uri Address { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public int Id => _process.Id;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Variables of a host with its own ports and directory; on Postgres with a new database.</summary>
    public static async Task<Dictionary<string, string>> NewEnvironmentAsync(Dialect dialect = Dialect.Sqlite)
    {
        var environment = new Dictionary<string, string>
        {
            ["DAWSOS_DATA"] = Path.Combine(Path.GetTempPath(), $"daws-{Guid.CreateVersion7():N}"),
            ["DAWSOS_ADMIN_EMAIL"] = DawsApp.AdminEmail,
            ["DAWSOS_ADMIN_PASSWORD"] = DawsApp.AdminPassword,
            ["ORLEANS_SILO_PORT"] = $"{Ports.Free()}",
            ["ORLEANS_GATEWAY_PORT"] = $"{Ports.Free()}",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Ports.Free()}",
        };
        if (dialect == Dialect.Postgres)
        {
            environment["DATABASE_URL"] = await PostgresServer.CreateDatabaseAsync();
            environment["AUTH_JWT_SECRET"] = JwtSecret;
        }
        return environment;
    }

    /// <summary>Starts the program and does not wait for anything.</summary>
    /// <param name="environment">All its variables of ours; none is inherited.</param>
    /// <param name="args">Its command line.</param>
    public static HostProcess Run(Dictionary<string, string> environment, params string[] args) => Run(environment, [], args);

    /// <param name="prefix">A program that runs it, e.g. setpriv with its options.</param>
    public static HostProcess Run(Dictionary<string, string> environment, string[] prefix, string[] args)
    {
        string[] command = [.. prefix, "dotnet", Path.Combine(AppContext.BaseDirectory, "DawsOS.Host.dll"), .. args];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in Hosting.Variable.All.Select(variable => variable.Name))
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return new HostProcess(Process.Start(start)!, environment);
    }

    /// <summary>Starts the program and waits until it is ready.</summary>
    public static async Task<HostProcess> StartAsync(Dictionary<string, string> environment, params string[] args)
    {
        var host = Run(environment, args);
        try
        {
            await host.ReadyAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until /health/ready answers 200.</summary>
    public async Task ReadyAsync()
    {
        await PollAsync("/health/ready to answer 200", async () =>
        {
            Assert.False(_process.HasExited, $"It ended: {Output}{Errors}");
            try
            {
                using var response = await Http.GetAsync("/health/ready");
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>A client that is signed in as the first admin.</summary>
    public async Task<HttpClient> SignInAsync()
    {
        using var response = await Http.PostAsJsonAsync("/auth/login", new { email = DawsApp.AdminEmail, password = DawsApp.AdminPassword });
        response.EnsureSuccessStatusCode();
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end within {Patience}: {Output}{Errors}");
        }
        return _process.ExitCode;
    }

    /// <param name="name">TERM, INT, STOP, CONT, KILL.</param>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{Id}"])!.WaitForExit();

    /// <summary>kill -9, and gone when this returns.</summary>
    public async Task KillAsync()
    {
        Signal("KILL");
        await ExitAsync();
    }

    /// <summary>Asks again and again, for what another process does; fails saying what was awaited.</summary>
    public static async Task PollAsync(string what, Func<Task<bool>> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"Waited {Patience} for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        if (Directory.Exists(Environment["DAWSOS_DATA"]))
        {
            Directory.Delete(Environment["DAWSOS_DATA"], recursive: true);
        }
    }

    private static void Append(StringBuilder builder, string? line)
    {
        lock (builder)
        {
            if (line is not null)
            {
                builder.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder builder)
    {
        lock (builder)
        {
            return builder.ToString();
        }
    }
}
