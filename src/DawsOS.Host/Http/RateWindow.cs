namespace DawsOS.Http;

/// <summary>
/// Counts calls per key and in all within windows of one minute. A new window starts empty, so memory is bounded by the calls of one minute.
/// A limit of 0 is off; what is refused is not counted.
/// </summary>
internal sealed class RateWindow(int perKey, int inAll, TimeProvider clock)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _start = clock.GetTimestamp();
    private int _total;

    /// <summary>Null when it was counted, else how long the window still lasts.</summary>
    public TimeSpan? TryTake(string key)
    {
        if (perKey == 0 && inAll == 0)
        {
            return null;
        }
        lock (_lock)
        {
            var elapsed = clock.GetElapsedTime(_start);
            if (elapsed >= Length)
            {
                _start = clock.GetTimestamp();
                elapsed = TimeSpan.Zero;
                _counts.Clear();
                _total = 0;
            }
            var count = _counts.GetValueOrDefault(key);
            if ((inAll > 0 && _total >= inAll) || (perKey > 0 && count >= perKey))
            {
                return Length - elapsed;
            }
            _total++;
            if (perKey > 0)
            {
                _counts[key] = count + 1;
            }
            return null;
        }
    }
}
