using DawsOS.Accounts;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Orleans.Concurrency;

namespace DawsOS.Patterns;

/// <summary>
/// One keyed or asynchronous run. The row comes before the first step and says how the run stands; what is in memory is the run on its way. When
/// a row says running and this activation does not run it, its silo is gone.
/// </summary>
[GrainType("pattern-run"), Reentrant, CollectionAgeLimit(Minutes = 2)]
internal sealed partial class PatternRunGrain(
    RunGates gates, PatternEngine engine, RunStore store, ILocalSiloDetails silo, IHostApplicationLifetime lifetime, TimeProvider clock,
    ILogger<PatternRunGrain> logger) : Grain, IPatternRunGrain, IDisposable
{
    private const int SaveAttempts = 5;
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    // Starts pass one after the other, all else interleaves.
    private readonly SemaphoreSlim _starting = new(1, 1);
    private LiveRun? _live;

    private Guid Id => this.GetPrimaryKey();

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_live is { Row.StatusNow: RunStatus.Running } live)
        {
            // Nobody will run it any more: its row must say so, and its key be free to start it again.
            await live.LoseAsync();
            await live.Ended.WaitAsync(cancellationToken);
        }
    }

    public async Task<RunRecord> StartAsync(StartRun command, CancellationToken cancellationToken) =>
        (await EnsureAsync(command, cancellationToken)).Row.ToRecord();

    public async Task<PatternRun> ExecuteAsync(StartRun command, CancellationToken cancellationToken)
    {
        var live = await EnsureAsync(command, cancellationToken);
        return await live.Result.WaitAsync(cancellationToken);
    }

    public async Task<RunRecord?> GetAsync(Caller caller, CancellationToken cancellationToken) =>
        (await FindAsync(caller, cancellationToken))?.Row.ToRecord();

    public async Task<RunRecord?> CancelAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, cancellationToken) is not { } live)
        {
            return null;
        }
        await live.CancelAsync();
        await live.Ended.WaitAsync(cancellationToken);
        return live.Row.ToRecord();
    }

    public async Task<RunEvents?> ReadEventsAsync(Caller caller, string? after, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, cancellationToken) is not { } live)
        {
            return null;
        }
        var events = live.Events.After(after);
        if (events.IsEmpty && !live.Events.Ended)
        {
            await Task.WhenAny(live.Events.Changed, Task.Delay(LongPoll, clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            events = live.Events.After(after);
        }
        return new RunEvents(events, live.Events.Ended);
    }

    public void Dispose()
    {
        _live?.Dispose();
        _starting.Dispose();
    }

    private async Task<LiveRun?> FindAsync(Caller caller, CancellationToken cancellationToken)
    {
        var live = _live;
        if (live is null)
        {
            // Not beside a start: it would find the row of a run that is just beginning, and call it lost.
            await _starting.WaitAsync(cancellationToken);
            try
            {
                live = _live ?? await LoadAsync(cancellationToken);
            }
            finally
            {
                _starting.Release();
            }
        }
        return live is not null && (live.Row.UserId == caller.UserId || caller.Role == Role.Admin) ? live : null;
    }

    private async Task<LiveRun> EnsureAsync(StartRun command, CancellationToken cancellationToken)
    {
        var hash = RunKeys.Hash(command.Command);
        await _starting.WaitAsync(cancellationToken);
        try
        {
            var live = _live ?? await LoadAsync(cancellationToken);
            if (live is not null && (live.Row.RequestHash != hash || live.Row.UserId != command.Command.Caller.UserId))
            {
                throw new RejectedException(RejectionCodes.IdempotencyConflict, "This key was used for another request: use a new key, or repeat the first request.");
            }
            return live is null || live.IsLost ? await BeginAsync(command.Command, hash, live, cancellationToken) : live;
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<LiveRun> BeginAsync(ExecutePattern command, string hash, LiveRun? lost, CancellationToken cancellationToken)
    {
        var request = await gates.PassAsync(command, Id, cancellationToken);
        var row = new RunRow
        {
            Id = Id,
            UserId = command.Caller.UserId,
            PatternId = request.Pattern.Id,
            Status = RunWords.Of(RunStatus.Running),
            RequestHash = hash,
            Attempt = (lost?.Row.Attempt ?? 0) + 1,
            Silo = silo.SiloAddress.ToParsableString(),
            RequestId = command.RequestId,
            PricingPackId = request.Context.PricingPackId,
            AsofDate = request.Context.AsofDate,
            StartedAt = request.StartedAt,
            Asked = RunAsked.Of(command),
        };
        cancellationToken.ThrowIfCancellationRequested();
        // From here on it runs, whether its caller waits or not.
        if (!await store.BeginAsync(row, CancellationToken.None))
        {
            throw new SiloUnavailableException("Another activation of this run began it at the same moment.");
        }
        var live = new LiveRun(row);
        _live = live;
        // An idle activation is collected, and this one is idle while its steps are elsewhere.
        DelayDeactivation(request.Pattern.Timeout + TimeSpan.FromMinutes(2));
        live.Begin(RunAsync(live, request));
        return live;
    }

    private async Task<PatternRun> RunAsync(LiveRun live, RunRequest request)
    {
        var run = await engine.RunAsync(request, live.Events, live.Token);
        if (live.IsGivenUp || (run.Status == RunStatus.Failed && lifetime.ApplicationStopping.IsCancellationRequested))
        {
            // While a silo stops its grains go one by one, so a failure then says nothing about the run.
            run = run with { Status = RunStatus.Failed, Failure = RunRules.Lost };
        }
        var completed = live.Events.Completion(run.RunId, run.Status, run.Failure);
        var row = RunRow.Of(run, live.Row.Asked, live.Row.Silo) with
        {
            RequestHash = live.Row.RequestHash,
            Attempt = live.Row.Attempt,
            EventsJson = RunJson.Write(live.Events.All.Add(completed)),
        };
        if (run.Failure == RunRules.Lost)
        {
            // As its row would be had the silo been killed: there to be started again.
            row = row with { ResultJson = null };
        }
        // Nobody hears of the end before it is stored.
        await SaveAsync(row);
        live.Row = row;
        live.Events.Complete(completed);
        return run;
    }

    // A database that stays away does not keep the callers for ever. Then the row says running until this run is asked for again, and found lost.
    private async Task SaveAsync(RunRow row)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!await store.EndAsync(row, CancellationToken.None))
                {
                    LogOvertaken(row.Id, row.Attempt);
                }
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogNotSaved(e, row.Id, attempt);
                if (attempt == SaveAttempts)
                {
                    _live = null;
                    throw new DatabaseUnavailableException("The end of the run could not be stored.", outcomeUnknown: true);
                }
            }
            await Task.Delay(BetweenSaves, clock);
        }
    }

    private async Task<LiveRun?> LoadAsync(CancellationToken cancellationToken)
    {
        var row = await store.FindAsync(Id, cancellationToken);
        // Another call may have begun it while this one was reading. Interactive runs have rows too, but no grain.
        if (_live is not null || row?.RequestHash is null)
        {
            return _live;
        }
        if (row.StatusNow == RunStatus.Running)
        {
            row = row with { Status = RunWords.Of(RunStatus.Failed), EndedAt = clock.GetUtcNow(), FailureJson = RunJson.Write(RunRules.Lost) };
            await store.EndAsync(row, cancellationToken);
        }
        return _live ??= LiveRun.Restore(row);
    }

    [LoggerMessage(LogLevel.Warning, "Run {RunId} ended in attempt {Attempt}, but its row has gone on to another")]
    private partial void LogOvertaken(Guid runId, int attempt);

    [LoggerMessage(LogLevel.Error, "The end of run {RunId} could not be stored (attempt {Attempt})")]
    private partial void LogNotSaved(Exception exception, Guid runId, int attempt);
}

/// <summary>A run as its grain holds it: on its way, or ended.</summary>
internal sealed class LiveRun(RunRow row) : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    public RunRow Row { get; set; } = row;

    public RunEventLog Events { get; private init; } = new(row.Attempt);

    /// <summary>The run when it has ended.</summary>
    /// <exception cref="RejectedException">It was found lost.</exception>
    public Task<PatternRun> Result { get; private set; } = Task.FromException<PatternRun>(new InvalidOperationException("The run has not begun."));

    /// <summary>Ends with the run, however it ends.</summary>
    public Task Ended => Result.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public CancellationToken Token => _cancel.Token;

    /// <summary>True when it was stopped because its activation goes, not because somebody wanted it to.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Its silo went away under it: the same key starts it again.</summary>
    public bool IsLost => RunJson.Read<RunFailure>(Row.FailureJson)?.Code == RunRules.SiloLost;

    public void Begin(Task<PatternRun> run) => Result = run;

    public Task CancelAsync() => _cancel.CancelAsync();

    public Task LoseAsync()
    {
        IsGivenUp = true;
        return _cancel.CancelAsync();
    }

    public void Dispose() => _cancel.Dispose();

    public static LiveRun Restore(RunRow row)
    {
        var log = RunEventLog.Restore(row.Attempt, [.. RunJson.Read<RunEvent[]>(row.EventsJson) ?? []]);
        var live = new LiveRun(row) { Events = log };
        if (RunJson.Read<PatternRun>(row.ResultJson) is { } run)
        {
            live.Result = Task.FromResult(run);
        }
        if (log.All.IsEmpty)
        {
            log.Complete(log.Completion(row.Id, row.StatusNow, RunJson.Read<RunFailure>(row.FailureJson)));
        }
        return live;
    }
}
