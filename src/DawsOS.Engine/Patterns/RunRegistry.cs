using System.Collections.Concurrent;

using DawsOS.Accounts;

using Orleans.Providers;

namespace DawsOS.Patterns;

/// <summary>
/// The interactive runs under way on this silo, so that they can be cancelled by id; a keyed run has its grain for that. Every silo is asked
/// through Orleans' control commands, because nobody else knows where an interactive run is.
/// </summary>
internal sealed class RunRegistry : IControllable
{
    public const string ProviderName = "runs";
    private const int Cancel = 1;
    private readonly ConcurrentDictionary<Guid, Entry> _runs = [];

    /// <summary>Runs under way.</summary>
    public int Count => _runs.Count;

    /// <summary>Enters a run until it is disposed.</summary>
    public Entry Enter(Guid runId, Caller caller, CancellationToken cancellationToken)
    {
        var entry = new Entry(this, runId, caller.UserId, cancellationToken);
        _runs[runId] = entry;
        return entry;
    }

    /// <summary>Cancels the run wherever it is; false when no silo runs it for this caller.</summary>
    public static async Task<bool> CancelEverywhereAsync(IGrainFactory grains, Caller caller, Guid runId)
    {
        var answers = await grains.GetGrain<IManagementGrain>(0).SendControlCommandToProvider<RunRegistry>(
            ProviderName, Cancel, new CancelRun(caller, runId));
        return answers.Contains(true);
    }

    public async Task<object?> ExecuteCommand(int command, object? arg)
    {
        if (command != Cancel || arg is not CancelRun cancel || !_runs.TryGetValue(cancel.RunId, out var entry)
            || (entry.UserId != cancel.Caller.UserId && cancel.Caller.Role != Role.Admin))
        {
            return false;
        }
        return await entry.CancelAsync();
    }

    internal sealed class Entry : IDisposable
    {
        private readonly RunRegistry _registry;
        private readonly Guid _runId;
        private readonly CancellationTokenSource _cancel;

        public Entry(RunRegistry registry, Guid runId, Guid userId, CancellationToken cancellationToken)
        {
            _registry = registry;
            _runId = runId;
            UserId = userId;
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        }

        public Guid UserId { get; }

        public CancellationToken Token => _cancel.Token;

        public async Task<bool> CancelAsync()
        {
            try
            {
                await _cancel.CancelAsync();
                return true;
            }
            catch (ObjectDisposedException)
            {
                // It ended this very moment.
                return false;
            }
        }

        public void Dispose()
        {
            _registry._runs.TryRemove(_runId, out _);
            _cancel.Dispose();
        }
    }
}

/// <summary>The question to every silo.</summary>
[GenerateSerializer, Immutable, Alias("daws.pattern.cancel-run")]
internal sealed record CancelRun([property: Id(0)] Caller Caller, [property: Id(1)] Guid RunId);
