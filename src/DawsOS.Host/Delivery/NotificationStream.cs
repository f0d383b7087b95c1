using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.Features;

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

    public async Task WriteAsync(HttpResponse response, Guid userId, StreamStart start, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            // The cursor comes with the first comment, so that who is cut off before the first event loses none.
            await response.WriteAsync($": connected\nid: {start.After}\n\n", ended.Token);
            await response.Body.FlushAsync(ended.Token);
            await foreach (var batch in FollowAsync(userId, start, ended.Token))
            {
                await response.WriteAsync(batch.Count == 0 ? ": heartbeat\n\n" : Text(batch), ended.Token);
                await response.Body.FlushAsync(ended.Token);
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
        var length = untilHeartbeat < Poll ? untilHeartbeat : Poll;
        await Task.WhenAny(raised, Task.Delay(length < TimeSpan.Zero ? TimeSpan.Zero : length, clock, woken.Token));
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
