namespace DawsOS.Agents;

/// <summary>
/// Where CPU-heavy work goes, so that an agent's turn stays free for its other calls: the only place that may use the thread pool, and never with
/// more threads of it than there are processors. Awaited in a grain it comes back to that grain's turns by itself.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing, and work may end after the host.
internal sealed class ComputePool(int workers)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(workers);

    public ComputePool()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>Runs the work as soon as a worker is free.</summary>
    /// <param name="work">A static lambda: what it needs is <paramref name="input"/>. Long loops ask the token.</param>
    /// <param name="input">Immutable, because the caller's turn goes on.</param>
    /// <param name="cancellationToken">The caller stops waiting at once; work that has begun keeps its worker until it heeds the token.</param>
    public async Task<TResult> RunAsync<TInput, TResult>(Func<TInput, CancellationToken, TResult> work, TInput input, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
#pragma warning disable RS0030 // This is the one bounded pool that the ban speaks of.
        var running = Task.Run(() => work(input, cancellationToken), cancellationToken);
#pragma warning restore RS0030
        // Also of work that never began or that nobody waits for any more; its exception is then nobody's either.
        _ = running.ContinueWith(Release, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await running.WaitAsync(cancellationToken);
    }

    private void Release(Task ended)
    {
        _ = ended.Exception;
        _free.Release();
    }
}
