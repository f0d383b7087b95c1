using System.Collections.Immutable;
using System.Globalization;

using BenchmarkDotNet.Attributes;

using Dapper;

using DawsOS.Accounts;
using DawsOS.Hosting;
using DawsOS.Series;
using DawsOS.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Alerts;

/// <summary>
/// One ingest of one observation on a series that many alerts watch: how long until it is committed when it crosses none of them, and when it
/// fires 10,000, each with firing, delivery and notification. Embedded; with DATABASE_URL set, on that Postgres database.
/// </summary>
[SimpleJob(warmupCount: 1, iterationCount: 5, invocationCount: 1)]
public class FiringBenchmark
{
    private const int Rules = 10_000;
    // Each case runs in a process of its own, on Postgres on the same database.
    private readonly string _series = $"BENCH{Environment.ProcessId}";
    private readonly string _directory = Directory.CreateTempSubdirectory("dawsos-bench-").FullName;
    private WebApplication _app = null!;
    private Caller _caller = null!;
    private int _day;

    private Database Database => _app.Services.GetRequiredService<Database>();

    [GlobalSetup]
    public async Task StartAsync()
    {
        _app = DawsHost.Build(
        [
            $"--DAWSOS_DATA={_directory}", "--DAWSOS_ADMIN_PASSWORD=correct-horse-battery", "--LOG_LEVEL=Error", "--urls=http://127.0.0.1:18800",
            "--AUTH_JWT_SECRET=a benchmark secret of more than thirty-two bytes", "--ORLEANS_SILO_PORT=18811", "--ORLEANS_GATEWAY_PORT=18812",
        ]);
        await DawsHost.StartAsync(_app, CancellationToken.None);
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        _caller = new Caller(await connection.QuerySingleAsync<Guid>("SELECT id FROM users"), Role.Admin);
        var grains = _app.Services.GetRequiredService<IGrainFactory>();
        await IngestAsync(0);
        for (var i = 0; i < Rules; i++)
        {
            var condition = string.Create(CultureInfo.InvariantCulture, $$"""{"type":"series","series_id":"{{_series}}","op":">","value":{{100 + i}}}""");
            await grains.GetGrain<IAlertGrain>(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
                .CreateAsync(new CreateAlert(_caller, condition, null, new AlertChannels(true, false, false), 24, "warning", true));
        }
    }

    [IterationSetup]
    public void Arm()
    {
        using var connection = Database.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        connection.Execute("DELETE FROM notifications; DELETE FROM alert_deliveries; DELETE FROM firings");
        connection.Execute("UPDATE alerts SET last_fired_at = NULL, cooldown_until = NULL, wake_at = NULL, latched = (1 = 0)");
        IngestAsync(0).GetAwaiter().GetResult();
    }

    [Benchmark(Baseline = true)]
    public Task<IngestResult> CrossesNone() => IngestAsync(50);

    [Benchmark]
    public async Task<IngestResult> FiresTenThousand()
    {
        var result = await IngestAsync(1_000_000);
        return result.AlertsFired == Rules ? result : throw new InvalidOperationException($"{result.AlertsFired} of {Rules} alerts fired.");
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private Task<IngestResult> IngestAsync(decimal value)
    {
        var observation = new Observation(new DateOnly(1990, 1, 1).AddDays(_day++), value);
        var batch = new IngestBatch(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), _caller, [new SeriesBatch(_series, ImmutableArray.Create(observation))]);
        return _app.Services.GetRequiredService<IGrainFactory>().GetGrain<IIngestGrain>(_app.Services.GetRequiredService<GrainSlots>().Next()).IngestAsync(batch);
    }
}
