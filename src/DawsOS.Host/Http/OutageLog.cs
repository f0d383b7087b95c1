namespace DawsOS.Http;

/// <summary>Says that the database is away without a line per refused request: one in ten seconds, with the number of those in between.</summary>
internal sealed partial class OutageLog(TimeProvider clock, ILogger<OutageLog> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private int _silent;

    public void Log(string reason)
    {
        int silent;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (now < _next)
            {
                _silent++;
                return;
            }
            _next = now + Pause;
            silent = _silent;
            _silent = 0;
        }
        LogAway(reason, silent);
    }

    [LoggerMessage(LogLevel.Warning, "The database is away or does not answer: {Reason} ({Silent} more requests were refused since the last such line)")]
    private partial void LogAway(string reason, int silent);
}
