using System.Threading.Channels;

using DawsOS.Canonical;
using DawsOS.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>
/// Writes interactive runs behind their callers' backs, many in one transaction. Bounded: what does not fit is counted as lost and costs no
/// caller anything. A stop writes what is left.
/// </summary>
internal sealed partial class RunHistory(RunStore store, ILocalSiloDetails silo, PatternMetrics metrics, ILogger<RunHistory> logger) : BackgroundService
{
    private const int Capacity = 10_000;
    private const int BatchSize = 500;
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);
    private static readonly CanonicalValue NoCharts = new("[]"u8.ToArray());

    private readonly Channel<PatternRun> _queue = Channel.CreateBounded<PatternRun>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly string _silo = silo.SiloAddress.ToParsableString();
    private int _waiting;

    /// <summary>Runs that are not written yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes an ended run; never waits. Only its digests and its trace are kept, so a queue full of large results is no weight.</summary>
    public void Ended(PatternRun run)
    {
        Interlocked.Increment(ref _waiting);
        if (!_queue.Writer.TryWrite(run with { Data = CanonicalValue.Null, Charts = NoCharts }))
        {
            Lose(1);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<RunRow>(BatchSize);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await WriteAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            using var limit = new CancellationTokenSource(LongestFlush, TimeProvider.System);
            do
            {
                await WriteAsync(batch, limit.Token);
            }
            while (_queue.Reader.Count > 0);
        }
    }

    private async Task WriteAsync(List<RunRow> batch, CancellationToken cancellationToken)
    {
        while (batch.Count < BatchSize && _queue.Reader.TryRead(out var run))
        {
            batch.Add(RunRow.Of(run, _silo));
        }
        if (batch.Count == 0)
        {
            return;
        }
        try
        {
            await store.AddEndedAsync(batch, cancellationToken);
            Interlocked.Add(ref _waiting, -batch.Count);
            batch.Clear();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && _queue.Reader.Count >= 0)
        {
            // A stop came in between; the last flush takes this batch again.
            throw;
        }
        catch (Exception e)
        {
            LogLost(e, batch.Count);
            Lose(batch.Count);
            batch.Clear();
        }
    }

    private void Lose(int runs)
    {
        Interlocked.Add(ref _waiting, -runs);
        metrics.HistoryLost(runs);
    }

    [LoggerMessage(LogLevel.Error, "The history of {Count} runs could not be written; their callers have their answers")]
    private partial void LogLost(Exception exception, int count);
}
