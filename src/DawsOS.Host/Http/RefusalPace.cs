namespace DawsOS.Http;

/// <summary>
/// Spreads refusals over time, a turn each. Refusing takes up to a third of the work of a small answer, so without turns those who ask again as soon as they
/// are refused take the time of those who are served. Who is refused alone does not wait; nobody waits longer than <see cref="Longest"/>.
/// </summary>
internal sealed class RefusalPace(TimeProvider clock, int perSecond)
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly long _between = clock.TimestampFrequency / perSecond;
    private long _next = long.MinValue;

    /// <summary>Takes the next turn: how long until then.</summary>
    public TimeSpan TakeTurn()
    {
        while (true)
        {
            var (now, next) = (clock.GetTimestamp(), Volatile.Read(ref _next));
            var turn = Math.Max(now, next);
            var wait = clock.GetElapsedTime(now, turn);
            if (wait >= Longest)
            {
                return Longest;
            }
            if (Interlocked.CompareExchange(ref _next, turn + _between, next) == next)
            {
                return wait;
            }
        }
    }
}
