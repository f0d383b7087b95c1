using System.Text;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Http;

namespace DawsOS.Patterns;

/// <summary>Writes what happens in a run as server-sent events until the run has ended.</summary>
internal sealed class RunEventStream(EventStreams streams, TimeProvider clock)
{
    /// <param name="context">Whom it is for.</param>
    /// <param name="grain">The run.</param>
    /// <param name="first">What it said first, so that a run that is not there is 404 and no empty stream.</param>
    /// <param name="after">Id of the last event that the client has.</param>
    public async Task WriteAsync(HttpContext context, IPatternRunGrain grain, RunEvents first, string? after)
    {
        using var stream = streams.Open(context);
        var caller = context.User.Caller();
        try
        {
            for (var part = first; part is not null; part = await NextAsync(stream, grain, caller, after))
            {
                if (!part.Events.IsEmpty)
                {
                    after = part.Events[^1].Id;
                }
                // The grain answers every 10 s, with nothing if nothing happened.
                await stream.SendAsync(part.Events.IsEmpty ? ": heartbeat\n\n" : Text(part));
                if (part.Ended && (part.Events.IsEmpty || part.Events[^1].Type == "run_completed"))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
        }
    }

    // Null when the run is gone, or the user may not listen any more.
    private async Task<RunEvents?> NextAsync(EventStream stream, IPatternRunGrain grain, Caller caller, string? after)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended);
        var next = grain.ReadEventsAsync(caller, after, given.Token);
        while (await Task.WhenAny(next, Task.Delay(EventStreams.Look, clock, stream.Ended)) != next)
        {
            if (stream.Ended.IsCancellationRequested || !await stream.MayGoOnAsync())
            {
                await given.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return null;
            }
        }
        return await next;
    }

    private static string Text(RunEvents part)
    {
        var text = new StringBuilder();
        foreach (var next in part.Events)
        {
            text.Append("event: ").Append(next.Type).Append("\nid: ").Append(next.Id).Append("\ndata: ")
                .Append(JsonSerializer.Serialize(next.Data, JsonSetup.Options)).Append("\n\n");
        }
        return text.ToString();
    }
}
