namespace DawsOS.Agents;

public sealed class ComputePoolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_work_runs_at_a_time_than_there_are_workers()
    {
        var pool = new ComputePool(2);
        using var work = new Gate();

        var calls = Enumerable.Range(0, 10).Select(i => pool.RunAsync(static (input, _) => input.Work.Pass(input.I), (Work: work, I: i), Token)).ToList();
        await work.HaveCome(2);
        work.Open.Set();

        Assert.Equal(Enumerable.Range(0, 10), await Task.WhenAll(calls));
        Assert.Equal(2, work.Most);
    }

    [Fact]
    public async Task A_cancelled_caller_stops_waiting_at_once_and_the_worker_is_free_when_the_work_has_ended()
    {
        var pool = new ComputePool(1);
        using var work = new Gate();
        using var cancelled = new CancellationTokenSource();

        var deaf = pool.RunAsync(static (input, _) => input.Pass(1), work, cancelled.Token);
        await work.HaveCome(1);
        var waiting = pool.RunAsync(static (input, _) => input.Pass(2), work, cancelled.Token);
        var next = pool.RunAsync(static (input, _) => input.Pass(3), work, Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deaf);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(next.IsCompleted);
        work.Open.Set();
        Assert.Equal(3, await next);
        Assert.Equal((1, 2), (work.Most, work.All));
    }

    [Fact]
    public async Task The_work_sees_the_token_and_a_failure_comes_out_as_it_was_thrown()
    {
        var pool = new ComputePool(1);
        using var cancelled = new CancellationTokenSource();

        var heeding = pool.RunAsync(static (_, token) => token.WaitHandle.WaitOne() ? throw new OperationCanceledException(token) : 0, 0, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heeding);

        await Assert.ThrowsAsync<RejectedException>(() => pool.RunAsync<int, int>(static (_, _) => throw new RejectedException("no", "No."), 0, Token));
        Assert.Equal(4, await pool.RunAsync(static (input, _) => input + 1, 3, Token));
    }

    // Counts what is inside, and holds it there until it is opened.
    private sealed class Gate : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly SemaphoreSlim _come = new(0);
        private int _inside;

        public ManualResetEventSlim Open { get; } = new();

        public int Most { get; private set; }

        public int All { get; private set; }

        public void Dispose()
        {
            _come.Dispose();
            Open.Dispose();
        }

        public async Task HaveCome(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await _come.WaitAsync(Token);
            }
        }

        public int Pass(int value)
        {
            lock (_lock)
            {
                Most = Math.Max(Most, ++_inside);
                All++;
            }
            _come.Release();
            Open.Wait(CancellationToken.None);
            lock (_lock)
            {
                _inside--;
            }
            return value;
        }
    }
}
