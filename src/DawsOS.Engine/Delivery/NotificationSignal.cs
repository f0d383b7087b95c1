using System.Collections.Concurrent;

namespace DawsOS.Delivery;

/// <summary>Wakes this process's streams after a commit, so that they need not wait for their next look; a lost one costs only that time.</summary>
internal sealed class NotificationSignal
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = [];

    /// <summary>Ends when a notification of that user is signalled. Taken before the rows are read, it misses none.</summary>
    public Task Next(Guid userId) =>
        _waiting.GetOrAdd(userId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Says that notifications of that user were committed; without one, of anybody.</summary>
    public void Raise(Guid? userId = null)
    {
        IEnumerable<Guid> users = userId is { } one ? [one] : _waiting.Keys;
        foreach (var user in users)
        {
            if (_waiting.TryRemove(user, out var waiting))
            {
                waiting.TrySetResult();
            }
        }
    }
}
