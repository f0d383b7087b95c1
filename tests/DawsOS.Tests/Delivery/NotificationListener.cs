using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Delivery;

/// <summary>An event of the stream as a client gets it.</summary>
internal sealed record StreamedEvent(string Id, JsonElement Data)
{
    public string Message => Data.GetProperty("message").GetString()!;
}

/// <summary>A client that listens to a user's notifications.</summary>
internal sealed class NotificationListener : IDisposable
{
    private readonly DawsApp _app;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private Task<string?>? _pending;

    private NotificationListener(DawsApp app, HttpResponseMessage response, StreamReader reader)
    {
        _app = app;
        _response = response;
        _reader = reader;
    }

    /// <summary>What a client that is cut off now would send when it comes again.</summary>
    public string LastEventId { get; private set; } = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Returns when the program has said that it listens.</summary>
    public static async Task<NotificationListener> OpenAsync(DawsApp app, HttpClient http, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/notifications/stream");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        var listener = new NotificationListener(app, response, new StreamReader(await response.Content.ReadAsStreamAsync(Token)));
        Assert.StartsWith(": connected\nid: ", await listener.BlockAsync(), StringComparison.Ordinal);
        return listener;
    }

    /// <summary>The next event; moves the clock from look to look until it is there. Heartbeats between are passed over.</summary>
    public Task<StreamedEvent> NextAsync() => NextAsync(() => _app.Clock.Advance(NotificationStream.Poll));

    public async Task<StreamedEvent> NextAsync(Action nudge)
    {
        while (true)
        {
            if (await BlockAsync(nudge) is var block && block != ": heartbeat")
            {
                var lines = block!.Split('\n');
                Assert.Equal("event: notification", lines[0]);
                Assert.StartsWith("data: ", lines[2], StringComparison.Ordinal);
                return new StreamedEvent(LastEventId, JsonElement.Parse(lines[2][6..]));
            }
        }
    }

    /// <summary>Returns after two heartbeats, so after a look that began later than this call; there must be no event before.</summary>
    public async Task SilenceAsync()
    {
        for (var beats = 0; beats < 2; beats++)
        {
            Assert.Equal(": heartbeat", await BlockAsync(() => _app.Clock.Advance(NotificationStream.Poll)));
        }
    }

    /// <summary>What stands before the next empty line; null at the end of the stream.</summary>
    public async Task<string?> BlockAsync(Action? nudge = null)
    {
        _pending ??= ReadBlockAsync();
        while (nudge is not null && !_pending.IsCompleted)
        {
            nudge();
            // Real time: what the program does then goes through the network and the database.
            await Task.WhenAny(_pending, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token));
        }
        var block = await _pending;
        _pending = null;
        foreach (var line in (block ?? "").Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal)))
        {
            LastEventId = line[4..];
        }
        return block;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }

    private async Task<string?> ReadBlockAsync()
    {
        List<string> lines = [];
        while (await _reader.ReadLineAsync(Token) is { } line)
        {
            if (line.Length == 0)
            {
                return string.Join('\n', lines);
            }
            lines.Add(line);
        }
        return null;
    }
}
