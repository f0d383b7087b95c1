using DawsOS.Accounts;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace DawsOS.Http;

/// <summary>Opens streams of server-sent events, which end with their client, with their user's leave and with the program.</summary>
internal sealed class EventStreams(SessionStore sessions, ApiKeyStore keys, OutageLog outages, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>How often a stream looks whether its user may still listen; whoever writes asks at least as often.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    // Who does not read is let go: the 64 KiB that may lie here for a client would else be waited for by a stop, for minutes by Kestrel's default.
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 16_384, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Begins the answer; nothing is sent yet.</summary>
    public EventStream Open(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache,no-store";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = SlowestReader;
        var caller = context.User.Caller();
        return new EventStream(context, clock, token => MayListenAsync(caller, context, token), lifetime.ApplicationStopping);
    }

    // With another role it would be another stream, or none: who comes again is asked again. A stream outlives its access token, not its session or key.
    private async Task<bool> MayListenAsync(Caller caller, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            var now = context.User.SessionId() is { } session
                ? await sessions.FindAsync(session, caller.UserId, cancellationToken)
                : await keys.FindAsync(ApiKeyHandler.Shown(context.Request), cancellationToken);
            return now is { IsActive: true } && now.Role == caller.Role;
        }
        catch (DatabaseUnavailableException e)
        {
            // Not known now; the next look knows.
            outages.Log(e.Message);
            return true;
        }
    }
}

/// <summary>One answer of server-sent events.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpContext _context;
    private readonly TimeProvider _clock;
    private readonly Func<CancellationToken, Task<bool>> _mayListen;
    private readonly CancellationTokenSource _ended;
    private long _looked;

    public EventStream(HttpContext context, TimeProvider clock, Func<CancellationToken, Task<bool>> mayListen, CancellationToken stopping)
    {
        _context = context;
        _clock = clock;
        _mayListen = mayListen;
        _looked = clock.GetTimestamp();
        _ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
    }

    /// <summary>The client is gone or the program stops; what ends by it is no error.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Sends whole events or comments at once.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _context.Response.WriteAsync(text, Ended);
            await _context.Response.Body.FlushAsync(Ended);
        }
        catch (OperationCanceledException)
        {
            // It is full of what nobody reads, or half an event is out: this answer cannot be ended well.
            _context.Abort();
            throw;
        }
    }

    /// <summary>False when its user was deactivated or has another role since; asks no more often than every <see cref="EventStreams.Look"/>.</summary>
    public async Task<bool> MayGoOnAsync()
    {
        if (_clock.GetElapsedTime(_looked) < EventStreams.Look)
        {
            return true;
        }
        _looked = _clock.GetTimestamp();
        return await _mayListen(Ended);
    }

    public void Dispose() => _ended.Dispose();
}
