using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Configuration;

namespace DawsOS.Hosting;

/// <summary>
/// The figures of the whole program, over HTTP against a process of its own: start, memory, observation to in-app, import, one ingest that fires a
/// thousand alerts. Embedded, and with DATABASE_URL set to an empty Postgres database on that too.
/// </summary>
internal static class FoundationFigures
{
    private const int Starts = 7;
    private const int Firings = 1_000;
    private const int Bursts = 5;
    private const int Rows = 200_000;
    private static readonly DateOnly FirstDay = new(1900, 1, 1);

    public static async Task RunAsync()
    {
        await MeasureAsync("SQLite", null);
        if (new ConfigurationBuilder().AddEnvironmentVariables().Build()["DATABASE_URL"] is { Length: > 0 } url)
        {
            await MeasureAsync("Postgres", url);
        }
        else
        {
            Console.WriteLine("Postgres: DATABASE_URL is not set, so it was not measured.");
        }
    }

    private static async Task MeasureAsync(string database, string? url)
    {
        var directory = Directory.CreateTempSubdirectory("dawsos-bench-").FullName;
        try
        {
            await StartsAsync(database, directory, url);
            await using var host = await HostUnderTest.StartAsync(directory, url);
            await host.SignInAsync();
            await LatencyAsync(database, host);
            await BurstsAsync(database, host);
            await ImportsAsync(database, host);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task StartsAsync(string database, string directory, string? url)
    {
        var (times, memory) = (new List<double>(), new List<double>());
        for (var i = 0; i < Starts; i++)
        {
            await using var host = await HostUnderTest.StartAsync(directory, url);
            times.Add(host.StartToReady.TotalSeconds);
            // Idle: long enough for its loops to have turned.
            await Task.Delay(TimeSpan.FromSeconds(i == 0 ? 30 : 5), TimeProvider.System);
            memory.Add(host.ResidentMegabytes());
        }
        Report(database, "start to /health/ready, first (migrates), s", times[0], "< 3", "");
        Report(database, "start to /health/ready, again, s", Median(times[1..]), "< 3", $"worst {Number(times[1..].Max())}");
        Report(database, "resident when idle for 30 s, MB", memory[0], "< 250", $"5 s after the later starts: median {Number(Median(memory[1..]))}");
    }

    // One alert a time: observation n crosses the n-th threshold and no other that has not fired.
    private static async Task LatencyAsync(string database, HostUnderTest host)
    {
        await IngestAsync(host, "LATENCY", 0, 0);
        await CreateAlertsAsync(host, "LATENCY", Firings);
        var (answered, read) = (new double[Firings], new double[Firings]);
        for (var i = 0; i < Firings; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var fired = (await IngestAsync(host, "LATENCY", i + 1, 100.5m + i)).GetProperty("alerts_fired").GetInt32();
            answered[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var notifications = await host.GetAsync("/v1/notifications?limit=1");
            read[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Expect(fired, 1, notifications.GetProperty("total").GetInt32(), i + 1);
        }
        Report(database, "observation to in-app committed, p50, ms", Percentile(answered, .5), "", $"p99 {Number(Percentile(answered, .99))}, {Firings} firings, one at a time");
        Report(database, "observation to notification read back, p50, ms", Percentile(read, .5), "", $"p99 {Number(Percentile(read, .99))}, a second HTTP call included");
    }

    private static async Task BurstsAsync(string database, HostUnderTest host)
    {
        var seconds = new List<double>();
        for (var burst = 0; burst < Bursts; burst++)
        {
            var series = string.Create(CultureInfo.InvariantCulture, $"BURST{burst}");
            await IngestAsync(host, series, 0, 0);
            await CreateAlertsAsync(host, series, Firings);
            var started = Stopwatch.GetTimestamp();
            var fired = (await IngestAsync(host, series, 1, 1_000_000)).GetProperty("alerts_fired").GetInt32();
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            Expect(fired, Firings, (await host.GetAsync("/v1/deliveries?status=delivered&limit=1")).GetProperty("total").GetInt32(), Firings * (burst + 2));
        }
        Report(database, $"one ingest that fires {Firings} alerts, in-app/s", Firings / Median(seconds), ">= 5,000 *", $"median {Number(Median(seconds) * 1000)} ms of {Bursts}; * on Postgres");
    }

    private static async Task ImportsAsync(string database, HostUnderTest host)
    {
        foreach (var (columns, rows) in new[] { (1, Rows), (10, Rows / 10) })
        {
            var csv = Csv(columns, rows);
            var started = Stopwatch.GetTimestamp();
            var imported = await host.ImportAsync(csv);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Expect(imported.GetProperty("series").EnumerateArray().Sum(series => series.GetProperty("inserted").GetInt32()), Rows, 0, 0);
            Report(database, $"CSV import of {rows:N0} lines x {columns} series, observations/s", Rows / seconds, "", $"{Number(seconds)} s");
        }
    }

    private static string Csv(int columns, int rows)
    {
        var csv = new StringBuilder("DATE");
        for (var column = 0; column < columns; column++)
        {
            csv.Append(CultureInfo.InvariantCulture, $",IMPORT_{columns}_{column}");
        }
        for (var row = 0; row < rows; row++)
        {
            // More days than history has: the calendar begins in year 1.
            csv.Append('\n').Append(new DateOnly(1470, 1, 1).AddDays(row).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            for (var column = 0; column < columns; column++)
            {
                csv.Append(CultureInfo.InvariantCulture, $",{row % 997}.{column + 1}");
            }
        }
        return csv.ToString();
    }

    private static async Task CreateAlertsAsync(HostUnderTest host, string series, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await host.PostAsync("/v1/alerts", new { condition_json = new { type = "series", series_id = series, op = ">", value = 100 + i } });
        }
    }

    private static Task<JsonElement> IngestAsync(HostUnderTest host, string series, int day, decimal value) => host.PostAsync(
        $"/v1/series/{series}/observations", new { observations = new[] { new { date = FirstDay.AddDays(day), value } } });

    private static void Expect(int first, int expectedFirst, int second, int expectedSecond)
    {
        if (first != expectedFirst || second != expectedSecond)
        {
            throw new InvalidOperationException($"Expected {expectedFirst} and {expectedSecond}, got {first} and {second}: a figure of something else is none.");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Percentile(double[] values, double share) => values.Order().ElementAt((int)(values.Length * share));

    private static string Number(double value) => value.ToString("#,0.0", CultureInfo.InvariantCulture);

    private static void Report(string database, string what, double value, string aim, string more) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{database,-9} {what,-62} {value,12:#,0.00}   {(aim.Length > 0 ? $"aim {aim}" : ""),-14} {more}"));
}
