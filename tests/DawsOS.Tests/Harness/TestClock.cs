using System.Collections.Concurrent;
using System.Diagnostics;

using Microsoft.Extensions.Time.Testing;

namespace DawsOS.Harness;

/// <summary>A fake clock that knows what waits on it, so that a test moves it when the program has come to its wait and not before.</summary>
internal sealed class TestClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<TimeSpan, int> _timers = [];
    private readonly ConcurrentDictionary<TimeSpan, int> _running = [];

    /// <summary>By how much somebody set it wrong: moves what it shows, in both directions, and no timer.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

    // Monotonic, as the system's: made from the time that is not set wrong.
    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.AddOrUpdate(dueTime, 1, (_, count) => count + 1);
        _running.AddOrUpdate(dueTime, 1, (_, count) => count + 1);
        return new Counted(timer, () => _running.AddOrUpdate(dueTime, 0, (_, count) => count - 1));
    }

    /// <summary>How many waits of that length have begun so far.</summary>
    public int Waits(TimeSpan length) => _timers.GetValueOrDefault(length);

    /// <summary>Returns when that many waits of that length have begun; fails when they have not after a minute of the machine's time.</summary>
    public async Task WaitsAsync(TimeSpan length, int count)
    {
        var started = Stopwatch.GetTimestamp();
        while (Waits(length) < count)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"After {Patience} {Waits(length)} of {count} waits of {length} have begun.");
            await Task.Yield();
        }
    }

    /// <summary>How many timers of that length are neither over nor given up.</summary>
    public int Running(TimeSpan length) => _running.GetValueOrDefault(length);

    private sealed class Counted(ITimer timer, Action gone) : ITimer
    {
        private Action? _gone = gone;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            Interlocked.Exchange(ref _gone, null)?.Invoke();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
