using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace DawsOS.Delivery;

/// <summary>
/// Writes a user's notifications as server-sent events until the client goes or the program stops. What it writes are rows; signals and looks
/// every 2 s (another silo's commits) only say when to read. No connection to the database is held while a slow client is written to.
/// </summary>
internal sealed class NotificationStream(
    NotificationStore store, NotificationSignal signal, OutageLog outages, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private const int BatchSize = 100;

    // Who does not read is let go: the 64 KiB that may lie here for a client would else be waited for by a stop, for minutes by Kestrel's default.
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 16_384, gracePeriod: TimeSpan.FromSeconds(5));

    public async Task WriteAsync(HttpResponse response, Guid userId, StreamStart start, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";
        var features = response.HttpContext.Features;
        features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = SlowestReader;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            // The cursor comes with the first comment, so that who is cut off before the first event loses none.
            await SendAsync(response, $": connected\nid: {start.After}\n\n", ended.Token);
            await foreach (var batch in FollowAsync(userId, start, ended.Token))
            {
                await SendAsync(response, batch.Count == 0 ? ": heartbeat\n\n" : Text(batch), ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        finally
        {
            // Leaves nothing behind; other streams of the user only look once more.
            signal.Raise(userId);
        }
    }

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        try
        {
            await response.WriteAsync(text, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It is full of what nobody reads, or half an event is out: this answer cannot be ended well.
            response.HttpContext.Abort();
            throw;
        }
    }

    // An empty batch is a heartbeat.
    private async IAsyncEnumerable<IReadOnlyList<NotificationView>> FollowAsync(
        Guid userId, StreamStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = clock.GetTimestamp();
        while (true)
        {
            var raised = signal.Next(userId);
            var batch = await ReadAsync(userId, start, cancellationToken);
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

    private async Task<IReadOnlyList<NotificationView>> ReadAsync(Guid userId, StreamStart start, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ListAfterAsync(userId, start, BatchSize, cancellationToken);
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
