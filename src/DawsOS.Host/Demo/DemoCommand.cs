using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

using DawsOS.Hosting;

using Microsoft.Data.Sqlite;

namespace DawsOS.Demo;

/// <summary>
/// Starts the whole program on an embedded database in a new temporary directory, runs <see cref="DemoScript"/> against its front door, and stays up
/// until it is told to stop. The directory goes at the end, however the demo ends, unless it is to be kept.
/// </summary>
internal sealed class DemoCommand(bool exit, bool keep, TextWriter output, TimeProvider clock)
{
    private readonly IConfiguration _environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
    private readonly string _password = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 20);

    // Real mail must be able to arrive somewhere; else whoever administers elsewhere is nobody to the demo.
    private string Email => DemoMail.Server(_environment) is not null && _environment["DAWSOS_ADMIN_EMAIL"] is { Length: > 0 } email ? email : "admin@localhost";

    /// <returns>0 when everything that the demo is to show was seen.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // From the first moment on, so that no signal leaves the directory behind. The host listens for itself and drains.
        using var interrupted = Stopping(stop, PosixSignal.SIGINT);
        using var terminated = Stopping(stop, PosixSignal.SIGTERM);
        using var hungUp = Stopping(stop, PosixSignal.SIGHUP);
        var directory = Directory.CreateTempSubdirectory("dawsos-demo-").FullName;
        try
        {
            return await RunInAsync(directory, stop.Token);
        }
        finally
        {
            Leave(directory);
        }
    }

    private async Task<int> RunInAsync(string directory, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("DawsOS demo: from an observation to a notification and a mail, on synthetic data.");
        if (_environment["DATABASE_URL"] is { Length: > 0 })
        {
            await output.WriteLineAsync("DATABASE_URL is set and ignored: the demo always has an embedded database of its own.");
        }
        await using var sink = DemoMail.Server(_environment) is null ? new MailSink() : null;
        await output.WriteLineAsync(sink is not null
            ? $"Mail stays here: a sink at 127.0.0.1:{sink.Port} plays the mail server (set SMTP_HOST and SMTP_FROM, or USE_AWS_SES, to send for real)."
            : $"Mail is sent for real, by {DemoMail.Server(_environment)}, to {Email} and nobody else; the demo does not stop that mail server.");
        var ports = Ports(8000, 11111, 30000);
        var url = $"http://127.0.0.1:{ports[0]}";
        var started = clock.GetTimestamp();
        await using var app = DawsHost.Build([.. Arguments(directory, url, ports[1], ports[2]), .. sink is null ? [] : DemoMail.Settings(sink)]);
        await DawsHost.StartAsync(app, cancellationToken);
        await output.WriteLineAsync(FormattableString.Invariant($"Ready at {url} after {clock.GetElapsedTime(started).TotalSeconds:0.0} s."));
        await output.WriteLineAsync();

        var (code, retryAt) = await TellAsync(url, sink, cancellationToken);
        if (code == 0 && !exit)
        {
            await StayAsync(app, url, sink, retryAt, cancellationToken);
        }
        else
        {
            await app.StopAsync(CancellationToken.None);
        }
        return code;
    }

    private async Task<(int Code, DateTimeOffset? RetryAt)> TellAsync(string url, MailSink? sink, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        try
        {
            return (0, await new DemoScript(http, sink, output, clock).RunAsync(Email, _password, cancellationToken));
        }
        catch (DemoFailedException e)
        {
            await Console.Error.WriteLineAsync($"The demo failed: {e.Message}");
            return (1, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("The demo was stopped before its end.");
            return (130, null);
        }
    }

    private async Task StayAsync(WebApplication app, string url, MailSink? sink, DateTimeOffset? retryAt, CancellationToken cancellationToken)
    {
        await WriteAddressesAsync(url);
        if (sink is not null)
        {
            sink.Start();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The mail server is up again: the mail that failed comes at {retryAt:HH:mm:ss} UTC and is shown here, like every other mail."));
        }
        await output.WriteLineAsync("DawsOS stays up until Ctrl-C.");
        await output.FlushAsync(cancellationToken);
        var showing = sink is null ? Task.CompletedTask : ShowMailsAsync(sink, app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync(cancellationToken);
        await showing;
    }

    private async Task ShowMailsAsync(MailSink sink, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                foreach (var line in DemoMail.Lines(await sink.NextAsync(cancellationToken)))
                {
                    await output.WriteLineAsync(line);
                }
                await output.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The demo ends.
        }
    }

    // The command line wins over the environment, so nothing set there leads the demo away from its own directory and addresses.
    private string[] Arguments(string directory, string url, int silo, int gateway) =>
    [
        $"--urls={url}",
        "--DATABASE_URL=",
        $"--DAWSOS_DATA={directory}",
        $"--DAWSOS_ADMIN_EMAIL={Email}",
        $"--DAWSOS_ADMIN_PASSWORD={_password}",
        "--AUTH_JWT_SECRET=",
        "--METRICS_PORT=",
        "--ORLEANS_ADDRESS=127.0.0.1",
        $"--ORLEANS_SILO_PORT={silo}",
        $"--ORLEANS_GATEWAY_PORT={gateway}",
        $"--LOG_LEVEL={nameof(LogLevel.Warning)}",
        // On a slow start its first check counts from the machine's boot and warns of a pause of hours.
        $"--Logging:LogLevel:Orleans.Runtime.Watchdog={nameof(LogLevel.Error)}",
    ];

    private async Task WriteAddressesAsync(string url)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"API        {url}");
        await output.WriteLineAsync($"OpenAPI    {url}/openapi/v1.json");
        await output.WriteLineAsync($"Dashboard  {url}/dashboard (sign in at {url}/login)");
        await output.WriteLineAsync($"Metrics    {url}/metrics");
        await output.WriteLineAsync($"Login      {Email} with password {_password}");
    }

    private void Leave(string directory)
    {
        SqliteConnection.ClearAllPools();
        if (keep)
        {
            output.WriteLine($"Kept: {directory} (serve it with DAWSOS_DATA={directory})");
        }
        else
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static PosixSignalRegistration Stopping(CancellationTokenSource stop, PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    /// <summary>The usual ports, or free ones where something listens there already; all held until all are found, so that they differ.</summary>
    private static int[] Ports(params int[] usual)
    {
        TcpListener[] probes = [.. usual.Select(Listen)];
        int[] ports = [.. probes.Select(probe => ((IPEndPoint)probe.LocalEndpoint).Port)];
        Array.ForEach(probes, probe => probe.Dispose());
        return ports;
    }

    private static TcpListener Listen(int port)
    {
        var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return probe;
        }
        catch (SocketException) when (port != 0)
        {
            probe.Dispose();
            return Listen(0);
        }
    }
}
