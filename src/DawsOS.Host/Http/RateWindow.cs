namespace DawsOS.Http;

/// <summary>How often at most something may happen in a minute under a key; 0 = as often as it likes.</summary>
internal readonly record struct Rate(string Key, int Most);

/// <summary>
/// Counts calls under their keys within windows of one minute. A new window starts empty, so memory is bounded by the calls of one minute.
/// What is refused is not counted.
/// </summary>
internal sealed class RateWindow(TimeProvider clock)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _start = clock.GetTimestamp();

    /// <summary>Null when it was counted under each of these, else how long the window still lasts.</summary>
    public TimeSpan? TryTake(params ReadOnlySpan<Rate> rates)
    {
        lock (_lock)
        {
            var elapsed = clock.GetElapsedTime(_start);
            if (elapsed >= Length)
            {
                _start = clock.GetTimestamp();
                elapsed = TimeSpan.Zero;
                _counts.Clear();
            }
            foreach (var (key, most) in rates)
            {
                if (most > 0 && _counts.GetValueOrDefault(key) >= most)
                {
                    return Length - elapsed;
                }
            }
            foreach (var (key, most) in rates)
            {
                if (most > 0)
                {
                    _counts[key] = _counts.GetValueOrDefault(key) + 1;
                }
            }
            return null;
        }
    }
}
