using System.Threading.Channels;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Alerts;

/// <summary>
/// Brings reminders in step with rows behind the ingest's back. Bounded: what does not fit is dropped, because the per-silo loop finds every
/// due row anyway and a reminder is only a hint.
/// </summary>
internal sealed partial class WakeQueue(IGrainFactory grains, ILogger<WakeQueue> logger) : BackgroundService
{
    private readonly Channel<Guid> _queue = Channel.CreateBounded<Guid>(new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Enqueue(Guid alertId) => _queue.Writer.TryWrite(alertId);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        _queue.Reader.ReadAllAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken },
        async (alertId, cancellationToken) =>
        {
            try
            {
                await grains.GetGrain<IAlertGrain>(alertId).SyncWakeAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The row still says when; the loop will do it.
                LogNotInStep(e, alertId);
            }
        });

    [LoggerMessage(LogLevel.Warning, "The reminder of alert {AlertId} is not in step with its row")]
    private partial void LogNotInStep(Exception exception, Guid alertId);
}
