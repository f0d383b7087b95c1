using System.Collections.Concurrent;

using Microsoft.Extensions.Time.Testing;

namespace DawsOS.Harness;

/// <summary>A fake clock that knows what waits on it, so that a test moves it when the program has come to its wait and not before.</summary>
internal sealed class TestClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentDictionary<TimeSpan, int> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.AddOrUpdate(dueTime, 1, (_, count) => count + 1);
        return timer;
    }

    /// <summary>How many waits of that length have begun so far.</summary>
    public int Waits(TimeSpan length) => _timers.GetValueOrDefault(length);

    /// <summary>Returns when that many waits of that length have begun.</summary>
    public async Task WaitsAsync(TimeSpan length, int count)
    {
        while (Waits(length) < count)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
