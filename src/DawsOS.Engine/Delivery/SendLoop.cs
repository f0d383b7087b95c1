using System.Collections.Immutable;
using System.Threading.Channels;

using DawsOS.Alerts;
using DawsOS.Canonical;
using DawsOS.Metrics;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Delivery;

/// <summary>
/// The second half of the delivery pipeline, behind the commit: claim → send → outcome. One per silo; any silo can do all the work. It claims no
/// more than it has free slots for, and nothing new before what it knows is recorded, so a burst waits in rows and an outage loses no outcome.
/// </summary>
internal sealed partial class SendLoop(
    DeliveryLedger ledger, EmailSender email, EmailOptions options, SendOptions times, WakeQueue wakes, DeliveryMetrics metrics, TimeProvider clock,
    ILogger<SendLoop> logger)
    : BackgroundService
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    // Of results that are to be recorded, and null for a nudge. Never more results than slots.
    private readonly Channel<Ended?> _events = Channel.CreateUnbounded<Ended?>();
    private readonly List<Ended> _unrecorded = [];
    private int _inFlight;
    private int _nudged;

    /// <summary>Something may be due now. Cheap; may be called by anyone at any time.</summary>
    public void Nudge()
    {
        if (Interlocked.Exchange(ref _nudged, 1) == 0)
        {
            _events.Writer.TryWrite(null);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var sends = new CancellationTokenSource();
        // Counted from timestamps: a clock that is set back must not put the next look off.
        var looked = long.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RecordAsync(stoppingToken);
                if (looked == long.MinValue || clock.GetElapsedTime(looked) >= times.Period)
                {
                    looked = clock.GetTimestamp();
                    await LookAsync(stoppingToken);
                }
                var free = options.Slots - _inFlight;
                var claims = free == 0 ? Claims.None : await ledger.ClaimAsync(free, clock.Now(), stoppingToken);
                foreach (var delivery in claims.ToSend)
                {
                    _inFlight++;
                    metrics.Claimed(delivery.ClaimedAt - delivery.DueAt);
                    _ = SendAsync(delivery, sends.Token);
                }
                foreach (var delivery in claims.Gone)
                {
                    metrics.Ended(delivery.Channel, DeliveryStatus.Dead);
                }
                // Those that are gone took no slot, so behind as many as were taken there may be more.
                if (claims.Taken < free || free == 0)
                {
                    await WaitAsync(times.Period - clock.GetElapsedTime(looked), stoppingToken);
                }
            }
            catch (DatabaseUnavailableException e)
            {
                // The rows wait; the next turn finds them.
                LogDatabaseAway(e.Message);
                await PauseAsync(times.Period, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTurnFailed(e);
                await PauseAsync(times.Period, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
        await FinishAsync(sends);
    }

    private async Task SendAsync(ClaimedDelivery delivery, CancellationToken stopping)
    {
        Ended? ended = null;
        try
        {
            if (clock.Now() - delivery.ClaimedAt > times.LatestStart)
            {
                LogTooLate(delivery.Id);
                ended = new Ended(delivery with { Token = Guid.Empty }, new SendResult(SendClass.Uncertain, null), clock.Now());
                return;
            }
            using var timeout = new CancellationTokenSource(times.Timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
            ended = new Ended(delivery, await SendAsync(delivery, email, either.Token), clock.Now());
        }
        catch (Exception e)
        {
            // A fault of ours. How far it came is not known.
            LogSendFailed(e, delivery.Id);
            ended = new Ended(delivery, new SendResult(SendClass.Uncertain, "The sender failed inside DawsOS; its log says how."), clock.Now());
        }
        finally
        {
            _events.Writer.TryWrite(ended);
        }
    }

    private static async Task<SendResult> SendAsync(ClaimedDelivery delivery, EmailSender email, CancellationToken cancellationToken)
    {
        if (!delivery.EmailEnabled)
        {
            return new SendResult(SendClass.Misconfigured, "The user has switched email off.");
        }
        if (delivery.Address is not { } address)
        {
            return new SendResult(SendClass.Misconfigured, "The user has no address.");
        }
        return await email.SendAsync(
            new OutgoingEmail(delivery.Id, address, delivery.Subject ?? "DawsOS Alert", delivery.Message, delivery.CreatedAt), cancellationToken);
    }

    // Takes every result that is there now; a nudge only woke us.
    private void Drain()
    {
        Volatile.Write(ref _nudged, 0);
        while (_events.Reader.TryRead(out var next))
        {
            if (next is null)
            {
                continue;
            }
            _inFlight--;
            if (next.Delivery.Token != Guid.Empty)
            {
                _unrecorded.Add(next);
            }
        }
    }

    // Until the database took it: an outcome that is known is not given away, also none that came while others waited to be recorded.
    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        for (Drain(); _unrecorded.Count > 0; Drain())
        {
            try
            {
                var recorded = await ledger.RecordAsync(_unrecorded, cancellationToken);
                _unrecorded.Clear();
                Follow(recorded);
            }
            catch (DatabaseUnavailableException e)
            {
                LogOutcomesWait(_unrecorded.Count, e.Message);
                await PauseAsync(OutagePause, cancellationToken);
            }
        }
    }

    // Leases that nobody kept, and the size of what waits.
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var expired = await ledger.ExpireAsync(clock.Now(), cancellationToken);
        foreach (var recorded in expired)
        {
            LogLeaseExpired(recorded.Delivery.Id, recorded.Delivery.Attempts);
        }
        Follow(expired);
        metrics.Queues(await ledger.SizesAsync(clock.Now(), cancellationToken));
    }

    private void Follow(ImmutableArray<Recorded> recorded)
    {
        foreach (var (delivery, endedAt, end, applied) in recorded)
        {
            if (!applied)
            {
                LogNotOurs(delivery.Id);
                continue;
            }
            metrics.AttemptEnded(delivery, end, endedAt);
            if (RetryRules.TellsOperator(delivery, end))
            {
                LogExhausted(delivery.Id, delivery.AlertId, delivery.Channel, delivery.Attempts);
            }
            else if (end.Status != DeliveryStatus.Delivered)
            {
                // Without what the server said, which may name the address.
                LogNotDelivered(delivery.Id, delivery.AlertId, delivery.Channel, delivery.Attempts, end.Status);
            }
            if (end.NextAttemptAt is not null || delivery.Attempts > 1)
            {
                wakes.Enqueue(delivery.AlertId);
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _events.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time has come.
        }
    }

    private async Task PauseAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(time, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop's condition ends it.
        }
    }

    // What is under way may end by itself for a moment; then it is cut off. Every outcome that is known is recorded.
    private async Task FinishAsync(CancellationTokenSource sends)
    {
        using var late = new CancellationTokenSource(StopGrace, TimeProvider.System);
        using var registration = late.Token.Register(sends.Cancel);
        using var last = new CancellationTokenSource(2 * StopGrace, TimeProvider.System);
        try
        {
            Drain();
            while (_inFlight > 0)
            {
                await _events.Reader.WaitToReadAsync(last.Token);
                Drain();
            }
            await RecordAsync(last.Token);
        }
        catch (OperationCanceledException)
        {
            LogCutOff(_inFlight + _unrecorded.Count);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Due deliveries wait: the database is away ({Reason})")]
    private partial void LogDatabaseAway(string reason);

    [LoggerMessage(LogLevel.Warning, "The outcomes of {Count} sends wait to be recorded: the database is away ({Reason})")]
    private partial void LogOutcomesWait(int count, string reason);

    [LoggerMessage(LogLevel.Error, "Looking for due deliveries failed; it goes on at the next turn")]
    private partial void LogTurnFailed(Exception exception);

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} could not be sent by a fault of DawsOS")]
    private partial void LogSendFailed(Exception exception, Guid deliveryId);

    [LoggerMessage(LogLevel.Warning, "Delivery {DeliveryId} was claimed too long ago to begin; its lease is left to end")]
    private partial void LogTooLate(Guid deliveryId);

    [LoggerMessage(LogLevel.Warning, "Attempt {Number} of delivery {DeliveryId} has no recorded outcome; it is repeated with the same Message-ID")]
    private partial void LogLeaseExpired(Guid deliveryId, int number);

    [LoggerMessage(LogLevel.Warning, "Delivery {DeliveryId} had no lease of this silo any more when its outcome was to be recorded; the ledger tells what counts")]
    private partial void LogNotOurs(Guid deliveryId);

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} of alert {AlertId} by {Channel} is dead after {Attempts} attempts; see GET /v1/alerts/dlq")]
    private partial void LogExhausted(Guid deliveryId, Guid alertId, string channel, int attempts);

    [LoggerMessage(LogLevel.Warning, "Delivery {DeliveryId} of alert {AlertId} by {Channel} is {Status} after {Attempts} attempts; GET /v1/alerts/dlq says why")]
    private partial void LogNotDelivered(Guid deliveryId, Guid alertId, string channel, int attempts, string status);

    [LoggerMessage(LogLevel.Warning, "{Count} sends were cut off by the stop; their leases will end and show them as uncertain")]
    private partial void LogCutOff(int count);
}
