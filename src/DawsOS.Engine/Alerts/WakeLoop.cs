using DawsOS.Canonical;
using DawsOS.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Alerts;

/// <summary>Every silo looks every 5 s for alerts whose wake time has come and decides them; any silo can do all the work.</summary>
internal sealed partial class WakeLoop(AlertStore store, AlertAftermath aftermath, DeliveryMetrics metrics, TimeProvider clock, ILogger<WakeLoop> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Decides all that is due now; answers how many alerts that were.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var now = clock.Now();
            var (taken, decided, busy) = await store.WakeDueAsync(now, BatchSize, cancellationToken);
            Follow(decided, now);
            foreach (var id in busy)
            {
                Follow(await store.WakeOneAsync(id, now, cancellationToken), now);
            }
            total += taken;
            if (taken < BatchSize)
            {
                return total;
            }
        }
    }

    private void Follow(Decided decided, DateTimeOffset now)
    {
        foreach (var made in decided.Made)
        {
            metrics.Woken(now - made.Before.WakeAt!.Value);
        }
        aftermath.Committed(decided);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException e)
            {
                // The rows wait; the next turn finds them.
                LogDatabaseAway(e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTurnFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Due alerts wait: the database is away ({Reason})")]
    private partial void LogDatabaseAway(string reason);

    [LoggerMessage(LogLevel.Error, "Looking for due alerts failed; it goes on at the next turn")]
    private partial void LogTurnFailed(Exception exception);
}
