using System.Diagnostics;
using System.Globalization;
using System.Net;

using DawsOS.Harness;

using Microsoft.Extensions.Configuration;

namespace DawsOS.Hosting;

/// <summary>
/// What is left of the program under five times the load that it can carry: good answers within two seconds, beside the most that it gave at any
/// load, and whether liveness and readiness answered meanwhile. The program has one processor and who measures the other, unless they share. Beside the
/// rates stands what a second of the program's processor gave, which others on the machine cannot spoil.
/// </summary>
internal static class Overload
{
    private const int Users = 16;
    private const int Connections = 2_000;
    private const double Times = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    // The bounds of one address and of rates are other bounds than the one that is measured.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["MAX_CONNECTIONS_PER_ADDRESS"] = "0",
        ["RATE_LIMIT_USER_PER_MINUTE"] = "0",
        ["RATE_LIMIT_GLOBAL_PER_MINUTE"] = "0",
    };

    public static async Task RunAsync(bool shared)
    {
        var url = new ConfigurationBuilder().AddEnvironmentVariables().Build()["DATABASE_URL"];
        var directory = Directory.CreateTempSubdirectory("dawsos-bench-").FullName;
        try
        {
            if (!shared && OperatingSystem.IsLinux())
            {
                // All but the program's: two thousand connections would take half of that too.
                using var self = Process.GetCurrentProcess();
                self.ProcessorAffinity &= ~1;
            }
            await using var host = await HostUnderTest.StartAsync(directory, url, Settings, shared ? null : 0);
            await host.SignInAsync();
            var tokens = new List<string>();
            for (var i = 0; i < Users; i++)
            {
                tokens.Add(await host.NewTokenAsync($"user{i}@example.test", "USER"));
            }
            await host.PostAsync("/v1/series/VIXCLS/observations", new { observations = new[] { new { date = "2025-03-03", value = 22.5m } } });
            var address = host.Http.BaseAddress!;
            Console.WriteLine($"{(url is null ? "SQLite" : "Postgres")}, {(shared ? "all processors shared with the load" : "one processor for the program, one for the load")}");
            await MeasureAsync(host, "GET /v1/alerts", [.. tokens.Select(token => LoadGenerator.Request(address, "GET", "/v1/alerts", token, null))]);
            const string Snapshot = """{"pattern_id":"market_snapshot","inputs":{"series_ids":["VIXCLS"]}}""";
            await MeasureAsync(host, "POST /v1/execute", [.. tokens.Select(token => LoadGenerator.Request(address, "POST", "/v1/execute", token, Snapshot))]);
            await MeasureAsync(host, "POST /auth/login", [.. Enumerable.Range(0, Users).Select(i => LoadGenerator.Request(
                address, "POST", "/auth/login", null, $$"""{"email":"user{{i}}@example.test","password":"correct-horse-battery"}"""))]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureAsync(HostUnderTest host, string what, byte[][] requests)
    {
        var load = new LoadGenerator(host.Http.BaseAddress!, requests, Deadline);
        // Warm first.
        await load.ClosedAsync(32, Step);
        // The most good answers at any number of clients that wait for theirs.
        var (peak, perProcessor) = (0.0, 0.0);
        foreach (var connections in new[] { 4, 16, 64 })
        {
            var before = host.ProcessorTime;
            var step = await load.ClosedAsync(connections, Step);
            peak = Math.Max(peak, step.Goodput);
            perProcessor = Math.Max(perProcessor, step.Good / (host.ProcessorTime - before).TotalSeconds);
        }
        var used = host.ProcessorTime;
        using var ended = new CancellationTokenSource();
        var probes = ProbeAsync(host.Http.BaseAddress!, ended.Token);
        var result = await load.OpenAsync(Times * peak, Connections, Long);
        var efficiency = result.Good / (host.ProcessorTime - used).TotalSeconds / perProcessor;
        await ended.CancelAsync();
        var (answered, failed, worst) = await probes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-18} peak {peak,8:#,0.0}/s   at {Times:0} x: offered {result.Sent / result.Seconds,9:#,0.0}/s, good {result.Goodput,8:#,0.0}/s = {result.Goodput / peak,6:0.0 %} (aim >= 80 %), per second of processor {efficiency:0 %}, "
            + $"p50 {result.MedianMs:0} ms, p99 {result.WorstMs:0} ms, refused {result.Refused:#,0}, late {result.Late:#,0}, other {result.Other:#,0}; "
            + $"health answered {answered} of {answered + failed}, worst {worst:0} ms"));
    }

    private static async Task<(int Answered, int Failed, double WorstMs)> ProbeAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        var (answered, failed, worst) = (0, 0, 0.0);
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var path in new[] { "/health", "/health/ready" })
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    using var response = await http.GetAsync(new Uri(path, UriKind.Relative), CancellationToken.None);
                    _ = response.StatusCode == HttpStatusCode.OK ? answered++ : failed++;
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    failed++;
                }
                worst = Math.Max(worst, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
        return (answered, failed, worst);
    }
}
