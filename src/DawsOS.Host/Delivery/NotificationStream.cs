using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Http;

namespace DawsOS.Delivery;

/// <summary>
/// Writes a user's notifications as server-sent events until the client goes, may not listen or the program stops. What it writes are rows; signals and looks
/// every 2 s (another silo's commits) only say when to read. No connection to the database is held while a slow client is written to.
/// </summary>
internal sealed class NotificationStream(
    NotificationStore store, NotificationSignal signal, EventStreams streams, OutageLog outages, TimeProvider clock)
{
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private const int BatchSize = 100;

    public async Task WriteAsync(HttpContext context, Caller caller, StreamStart start)
    {
        using var stream = streams.Open(context);
        try
        {
            // The cursor comes with the first comment, so that who is cut off before the first event loses none.
            await stream.SendAsync($": connected\nid: {start.After}\n\n");
            await foreach (var batch in FollowAsync(stream, caller, start, stream.Ended))
            {
                await stream.SendAsync(batch.Count == 0 ? ": heartbeat\n\n" : Text(batch));
            }
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
        }
        finally
        {
            // Leaves nothing behind; other streams of the user only look once more.
            signal.Raise(caller.UserId);
        }
    }

    // An empty batch is a heartbeat.
    private async IAsyncEnumerable<IReadOnlyList<NotificationView>> FollowAsync(
        EventStream stream, Caller caller, StreamStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = clock.GetTimestamp();
        while (await stream.MayGoOnAsync())
        {
            var raised = signal.Next(caller.UserId);
            var batch = await ReadAsync(caller, start, cancellationToken);
            if (batch.Count > 0)
            {
                start = start with { After = batch[^1].Cursor };
            }
            if (batch.Count > 0 || clock.GetElapsedTime(last) >= Heartbeat)
            {
                last = clock.GetTimestamp();
                yield return batch;
            }
            if (batch.Count < BatchSize)
            {
                await WaitAsync(raised, Heartbeat - clock.GetElapsedTime(last), cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<NotificationView>> ReadAsync(Caller caller, StreamStart start, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ListAfterAsync(caller, start, BatchSize, cancellationToken);
        }
        catch (DatabaseUnavailableException e)
        {
            // The rows wait, and so does the client: the next look finds them.
            outages.Log(e.Message);
            return [];
        }
    }

    private async Task WaitAsync(Task raised, TimeSpan untilHeartbeat, CancellationToken cancellationToken)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var length = TimeSpan.FromTicks(Math.Clamp(untilHeartbeat.Ticks, 0, Poll.Ticks));
        await Task.WhenAny(raised, Task.Delay(length, clock, woken.Token));
        // The delay that a signal has overtaken must not live on.
        await woken.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static string Text(IReadOnlyList<NotificationView> batch)
    {
        var text = new StringBuilder();
        foreach (var notification in batch)
        {
            text.Append("event: notification\nid: ").Append(notification.Cursor).Append("\ndata: ")
                .Append(JsonSerializer.Serialize(notification, JsonSetup.Options)).Append("\n\n");
        }
        return text.ToString();
    }
}
