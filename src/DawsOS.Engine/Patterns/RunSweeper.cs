using DawsOS.Canonical;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>Every silo looks each minute for runs that a lost silo left under way, and forgets runs that are past their retention.</summary>
internal sealed partial class RunSweeper(
    RunStore store, ISiloStatusOracle silos, RunOptions options, TimeProvider clock, ILogger<RunSweeper> logger) : BackgroundService
{
    private const int PurgeBatch = 1_000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    // A silo that has just joined may not be known here yet.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>One look; answers how many runs were found lost.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        // One that is stopping still ends its runs by itself.
        var alive = silos.GetApproximateSiloStatuses().Where(silo => silo.Value != SiloStatus.Dead)
            .Select(silo => silo.Key.ToParsableString()).ToHashSet(StringComparer.Ordinal);
        var lost = 0;
        foreach (var silo in await store.SilosAtWorkAsync(now - Grace, cancellationToken))
        {
            lost += alive.Contains(silo) ? 0 : await store.LoseAsync(silo, now, cancellationToken);
        }
        while (await store.PurgeAsync(now - options.HistoryFor, PurgeBatch, cancellationToken) == PurgeBatch)
        {
            // Small transactions, so that nobody waits for a large one.
        }
        return lost;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) is > 0 and var lost)
                {
                    LogLost(lost);
                }
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
    }

    [LoggerMessage(LogLevel.Warning, "{Count} runs were under way on a silo that is gone; they are failed now (silo_lost)")]
    private partial void LogLost(int count);

    [LoggerMessage(LogLevel.Warning, "Lost runs wait: the database is away ({Reason})")]
    private partial void LogDatabaseAway(string reason);

    [LoggerMessage(LogLevel.Error, "Looking for lost runs failed; it goes on at the next turn")]
    private partial void LogTurnFailed(Exception exception);
}

/// <summary>How runs are kept.</summary>
internal sealed record RunOptions
{
    /// <summary>How long ended runs and their keys are known (RUN_HISTORY_DAYS).</summary>
    public TimeSpan HistoryFor { get; init; } = TimeSpan.FromDays(30);
}
