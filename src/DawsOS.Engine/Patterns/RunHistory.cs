using System.Collections.Concurrent;
using System.Threading.Channels;

using DawsOS.Canonical;
using DawsOS.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>
/// Writes interactive runs behind their callers' backs, many in one transaction, and waits for a database that is away. Bounded: what does not
/// fit is counted as lost and costs no caller anything. A stop writes what is left.
/// </summary>
internal sealed partial class RunHistory(
    RunStore store, ILocalSiloDetails silo, PatternMetrics metrics, TimeProvider clock, ILogger<RunHistory> logger) : BackgroundService
{
    private const int Capacity = 10_000;
    private const int BatchSize = 500;
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(2);
    private static readonly CanonicalValue NoCharts = new("[]"u8.ToArray());

    private readonly Channel<(PatternRun Run, RunAsked Asked)> _queue =
        Channel.CreateBounded<(PatternRun, RunAsked)>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly string _silo = silo.SiloAddress.ToParsableString();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = [];

    /// <summary>Runs that are not written yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>
    /// Ends when the run is written or lost; at once when it does not wait here. So a caller who has an answer finds its row. Ends after two seconds
    /// all the same: then the database is away, and whoever asks it is told so.
    /// </summary>
    public Task WrittenAsync(Guid runId, CancellationToken cancellationToken) => _waiting.TryGetValue(runId, out var waiting)
        ? Task.WhenAny(waiting.Task, Task.Delay(LongestQuestion, clock, cancellationToken))
        : Task.CompletedTask;

    /// <summary>Takes an ended run; never waits. Only its digests and its trace are kept, so a queue full of large results is no weight.</summary>
    public void Ended(PatternRun run, RunAsked asked)
    {
        _waiting[run.RunId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_queue.Writer.TryWrite((run with { Data = CanonicalValue.Null, Charts = NoCharts }, asked)))
        {
            metrics.HistoryLost(1);
            Done(run.RunId);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<RunRow>(BatchSize);
        try
        {
            while (batch.Count > 0 || await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await WriteAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            using var limit = new CancellationTokenSource(LongestFlush, TimeProvider.System);
            await FlushAsync(batch, limit.Token);
        }
    }

    private async Task FlushAsync(List<RunRow> batch, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                await WriteAsync(batch, cancellationToken);
            }
            while (batch.Count > 0 || _queue.Reader.Count > 0);
        }
        catch (OperationCanceledException)
        {
            LogGivenUp(Waiting);
        }
    }

    private async Task WriteAsync(List<RunRow> batch, CancellationToken cancellationToken)
    {
        while (batch.Count < BatchSize && _queue.Reader.TryRead(out var ended))
        {
            batch.Add(RunRow.Of(ended.Run, ended.Asked, _silo));
        }
        if (batch.Count == 0)
        {
            return;
        }
        try
        {
            await store.AddEndedAsync(batch, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A stop came in between; the last flush takes this batch again.
            throw;
        }
        catch (DatabaseUnavailableException e)
        {
            LogDatabaseAway(batch.Count, e.Message);
            await Task.Delay(BetweenTries, clock, cancellationToken);
            return;
        }
        catch (Exception e)
        {
            LogLost(e, batch.Count);
            metrics.HistoryLost(batch.Count);
        }
        batch.ForEach(row => Done(row.Id));
        batch.Clear();
    }

    private void Done(Guid runId)
    {
        if (_waiting.TryRemove(runId, out var waiting))
        {
            waiting.SetResult();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The history of {Count} runs waits: the database is away ({Reason})")]
    private partial void LogDatabaseAway(int count, string reason);

    [LoggerMessage(LogLevel.Error, "The history of {Count} runs is not written: the stop would have waited for the database too long")]
    private partial void LogGivenUp(int count);

    [LoggerMessage(LogLevel.Error, "The history of {Count} runs could not be written; their callers have their answers")]
    private partial void LogLost(Exception exception, int count);
}
