using Orleans.Reminders.Diagnostics;

namespace DawsOS.Alerts;

/// <summary>Waits for the diagnostic events of one alert's reminder; armed before what triggers them.</summary>
internal sealed class ReminderWatch : IObserver<ReminderEvents.ReminderEvent>, IDisposable
{
    private readonly string _key;
    private readonly IDisposable _subscription;
    private readonly List<(Type Event, TaskCompletionSource Seen)> _waiting = [];
    private readonly List<Type> _seen = [];

    public ReminderWatch(string alertId)
    {
        _key = Guid.Parse(alertId).ToString("N");
        _subscription = ReminderEvents.AllEvents.Subscribe(this);
    }

    public Task NextAsync<TEvent>()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiting.Add((typeof(TEvent), seen));
        }
        return seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>How many there were since it watches.</summary>
    public int Count<TEvent>()
    {
        lock (_waiting)
        {
            return _seen.Count(type => type == typeof(TEvent));
        }
    }

    public void OnNext(ReminderEvents.ReminderEvent value)
    {
        if (value.GrainId.Key.ToString() != _key)
        {
            return;
        }
        lock (_waiting)
        {
            _seen.Add(value.GetType());
            foreach (var (_, seen) in _waiting.Where(w => w.Event == value.GetType()))
            {
                seen.TrySetResult();
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription.Dispose();
}
