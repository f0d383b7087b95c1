using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Metrics;

using Microsoft.Extensions.Logging;

using Orleans.Storage;

namespace DawsOS.Agents;

/// <summary>
/// One agent: decides which calls reach its capabilities and turns whatever those throw into a failure with a class. Calls interleave; the
/// breaker changes only in the synchronous stretches before and after the await, so one activation admits exactly one probe.
/// </summary>
[GrainType("agent")]
internal sealed partial class AgentGrain(
    CapabilityRegistry registry, AgentOptions options, PatternMetrics metrics, AuditStore audit, TimeProvider clock, ILogger<AgentGrain> logger,
    [PersistentState("breaker", AgentGrain.StorageName)] IPersistentState<BreakerMemory> stored) : Grain, IAgentGrain
{
    public const string StorageName = "daws";

    /// <summary>The time of a call whose caller says none.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);

    // A run cancels its calls when its time is up. Only the run whose silo is gone does not, and then nobody waits for the answer.
    private static readonly TimeSpan AfterTheRun = TimeSpan.FromSeconds(5);

    // Who gives up in this last part of a call's time gave up because the time was up.
    private const double AsGoodAsUp = 0.95;

    // A transition is on disk before the call that made it is answered, unless the disk makes the caller wait too long.
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(1);

    private readonly BreakerRules _rules = new(options.BreakerThreshold, options.BreakerOpenFor);
    private readonly Dictionary<string, AgentMeter> _meters = new(StringComparer.Ordinal);
    private string _name = "";
    private Breaker _breaker;
    private int _running;
    private Task<bool> _saving = Task.FromResult(true);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _name = this.GetPrimaryKeyString();
        _breaker = stored.State.ToBreaker();
        metrics.BreakerStands(_name, _breaker.State);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Another silo may own this agent from now on; two gauges would contradict each other.
        metrics.BreakerGone(_name);
        await _saving.WaitAsync(cancellationToken);
    }

    public async Task<CapabilityResult> InvokeAsync(CapabilityCall command, CancellationToken cancellationToken)
    {
        if (registry.Find(command.Capability) is not { } capability || capability.Agent != _name)
        {
            return Capability.Failed(FailureClass.Business, $"The agent {_name} has no capability {command.Capability}.");
        }
        // Before the breaker: a call refused here must not be the probe.
        if (_running >= options.MaxConcurrency)
        {
            return Capability.Failed(FailureClass.Transient, $"The agent {_name} is busy with {options.MaxConcurrency} calls.");
        }
        var (admitting, admission) = BreakerRules.Admit(_breaker, clock.GetUtcNow());
        Become(admitting);
        if (admission.Refused is { } wait)
        {
            return Capability.Refused(_name, wait);
        }
        var started = clock.GetTimestamp();
        var end = CallEnd.Cancelled;
        try
        {
            var result = await AttemptAsync(capability, command, cancellationToken);
            end = EndOf(result.Failure);
            MeterOf(capability).Invoked(result.Failure is null, clock.GetElapsedTime(started));
            return result;
        }
        catch (OperationCanceledException) when (clock.GetElapsedTime(started) >= command.TimeLeft * AsGoodAsUp)
        {
            end = CallEnd.Infrastructure;
            throw;
        }
        finally
        {
            await EndedAsync(admission, end);
        }
    }

    public Task<AgentView> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(View());

    public async Task<AgentView> ResetAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Role != Role.Admin)
        {
            throw new RejectedException(RejectionCodes.Forbidden, "Only an ADMIN resets an agent.");
        }
        await audit.AppendAsync(
            Audit.Of(caller, AuditActions.ResetAgent, "agent", this.GetPrimaryKeyString(), new { before = new { state = $"{_breaker.State}" } }, clock.Now()),
            cancellationToken);
        Become(BreakerRules.Reset(_breaker));
        if (!await _saving.WaitAsync(cancellationToken))
        {
            throw new DatabaseUnavailableException("The circuit is closed here, but that could not be stored: reset it again.");
        }
        return View();
    }

    private AgentView View() => new(_breaker.State, _breaker.Failures, _breaker.OpenedAt, _breaker.OpenUntil);

    private static CallEnd EndOf(CapabilityFailure? failure) => failure?.Class switch
    {
        null => CallEnd.Succeeded,
        FailureClass.Business => CallEnd.Business,
        _ => CallEnd.Infrastructure,
    };

    private ValueTask EndedAsync(Admission admission, CallEnd end)
    {
        if (end == CallEnd.Infrastructure)
        {
            metrics.BreakerFailure(_name);
        }
        var changed = Become(_rules.Ended(_breaker, admission, end, clock.GetUtcNow()));
        return changed ? new ValueTask(SavedSoonAsync()) : default;
    }

    // True when what is stored has to change with it.
    private bool Become(Breaker next)
    {
        var before = _breaker;
        _breaker = next;
        if (next.State == before.State && next.OpenUntil == before.OpenUntil)
        {
            return false;
        }
        metrics.BreakerStands(_name, next.State);
        if (next.OpenUntil == before.OpenUntil)
        {
            return false;
        }
        LogTransition(_name, next.State, next.Failures);
        if (_saving.IsCompleted)
        {
            _saving = SaveAsync();
        }
        return true;
    }

    private async Task SavedSoonAsync() => await Task.WhenAny(_saving, Task.Delay(LongestSave, TimeProvider.System));

    // One writer at a time; it goes round again while the breaker moved meanwhile.
    private async Task<bool> SaveAsync()
    {
        try
        {
            do
            {
                stored.State = BreakerMemory.Of(_breaker);
                await WriteAsync();
            }
            while (stored.State.OpenUntil != _breaker.OpenUntil);
            return true;
        }
        catch (Exception e)
        {
            // The breaker guards with what it has in memory; the next transition writes again.
            LogNotSaved(e, _name);
            return false;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await stored.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // Another activation wrote meanwhile. This one decides now, so its state goes on top of that.
            await stored.ReadStateAsync();
            stored.State = BreakerMemory.Of(_breaker);
            await stored.WriteStateAsync();
        }
    }

    private AgentMeter MeterOf(Capability capability)
    {
        if (!_meters.TryGetValue(capability.Name, out var meter))
        {
            _meters.Add(capability.Name, meter = metrics.MeterOf(_name, capability.Name));
        }
        return meter;
    }

    private async Task<CapabilityResult> AttemptAsync(Capability capability, CapabilityCall command, CancellationToken cancellationToken)
    {
        try
        {
            var result = command is { Timeout: null, TimeLeft: { } left }
                ? await AnswerAsync(Begin(capability, command, cancellationToken), left + AfterTheRun, cancellationToken)
                : await WithinAsync(capability, command, command.Timeout ?? LongestCall, cancellationToken);
            return result.Value.Bytes.Length > options.MaxResultBytes
                ? Capability.Failed(FailureClass.Business, $"{capability.Name} answered {result.Value.Bytes.Length:N0} bytes; a step may answer {options.MaxResultBytes:N0}.")
                : result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RejectedException e)
        {
            return Capability.Failed(FailureClass.Business, e.Message);
        }
        catch (TimeoutException)
        {
            return Capability.Failed(FailureClass.Timeout, $"{capability.Name} took too long.");
        }
        catch (DatabaseUnavailableException)
        {
            return Capability.Failed(FailureClass.Transient, "The database is away.");
        }
        catch (Exception e)
        {
            // Not the caller's mistake, so it is on the side of the infrastructure; what it was is for the log alone.
            LogBroken(e, capability.Name);
            return Capability.Failed(FailureClass.Transient, $"{capability.Name} broke.");
        }
    }

    private async Task<CapabilityResult> WithinAsync(Capability capability, CapabilityCall command, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await AnswerAsync(Begin(capability, command, either.Token), Timeout.InfiniteTimeSpan, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Capability.TimedOut(capability.Name, limit);
        }
    }

    // A capability that does not heed its token is left behind, not waited for.
    private Task<CapabilityResult> AnswerAsync(Task<CapabilityResult> work, TimeSpan longest, CancellationToken cancellationToken) =>
        work.IsCompleted ? work : work.WaitAsync(longest, clock, cancellationToken);

    // The place is taken until the work has really ended, whoever still waits for it: the bound bounds work.
    private Task<CapabilityResult> Begin(Capability capability, CapabilityCall command, CancellationToken cancellationToken)
    {
        var work = capability.InvokeAsync(command, cancellationToken);
        if (!work.IsCompleted)
        {
            _running++;
            _ = LeaveAfterAsync(work);
        }
        return work;
    }

    private async Task LeaveAfterAsync(Task work)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _running--;
    }

    [LoggerMessage(LogLevel.Error, "Capability {Capability} broke")]
    private partial void LogBroken(Exception exception, string capability);

    [LoggerMessage(LogLevel.Warning, "The circuit of agent {Agent} is {State} now, after {Failures} failures in a row")]
    private partial void LogTransition(string agent, CircuitState state, int failures);

    [LoggerMessage(LogLevel.Error, "The circuit breaker of agent {Agent} could not be stored; after a restart it would not be known")]
    private partial void LogNotSaved(Exception exception, string agent);
}

/// <summary>What outlives an activation of an agent.</summary>
[GenerateSerializer, Alias("daws.agent.breaker")]
internal sealed record BreakerMemory
{
    [Id(0)]
    public int Failures { get; set; }

    [Id(1)]
    public DateTimeOffset? OpenedAt { get; set; }

    [Id(2)]
    public DateTimeOffset? OpenUntil { get; set; }

    public static BreakerMemory Of(Breaker breaker) => new() { Failures = breaker.Failures, OpenedAt = breaker.OpenedAt, OpenUntil = breaker.OpenUntil };

    public Breaker ToBreaker() => OpenUntil is null ? Breaker.Closed : new Breaker(Failures, OpenedAt, OpenUntil, false, 0);
}
