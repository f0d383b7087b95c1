using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Delivery;

using Microsoft.Extensions.Logging;

namespace DawsOS.Alerts;

/// <summary>One alert's door and its reminder. The rows are the truth, so a lost, late or doubled tick changes nothing but the time.</summary>
[GrainType("alert")]
internal sealed partial class AlertGrain(AlertStore store, AlertAftermath aftermath, SendLoop loop, TimeProvider clock, ILogger<AlertGrain> logger)
    : Grain, IAlertGrain, IRemindable
{
    public const string Wake = "wake";

    // Ticks repeat until the row says that nothing is due; the per-silo loop is faster, this is for when it is not there.
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromMinutes(5);

    private Guid Id => this.GetPrimaryKey();

    public async Task<AlertView> CreateAsync(CreateAlert command, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var reading = ConditionReader.Read(command.ConditionJson, "/condition_json");
        var faults = reading.Errors.AddRange(AlertChecks.Faults(command, reading));
        if (faults.Length > 0)
        {
            throw RejectedException.Validation(faults);
        }
        var alert = AlertMapping.New(Id, command, reading, now);
        AlertChanged changed;
        try
        {
            changed = await store.CreateAsync(command.Caller, alert, reading, cancellationToken);
        }
        catch (DatabaseUnavailableException e) when (e.OutcomeUnknown)
        {
            // The connection was lost with the commit. The id is this request's own, so a row under it is its row.
            if (await store.FindAsync(command.Caller, Id, cancellationToken) is not { } stored)
            {
                throw;
            }
            return AlertMapping.View(stored, now);
        }
        aftermath.Committed(changed.Decided);
        return AlertMapping.View(changed.Alert, now);
    }

    public async Task<AlertView?> GetAsync(Caller caller, CancellationToken cancellationToken) =>
        await store.FindAsync(caller, Id, cancellationToken) is { } alert ? AlertMapping.View(alert, clock.Now()) : null;

    public async Task<AlertView?> PatchAsync(PatchAlert command, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var reading = command.ConditionJson is { } json ? ConditionReader.Read(json, "/condition_json") : null;
        var faults = (reading?.Errors ?? []).AddRange(AlertChecks.Faults(command, reading));
        if (faults.Length > 0)
        {
            throw RejectedException.Validation(faults);
        }
        var changed = await store.ChangeAsync(
            command.Caller, Id, reading, before => AlertMapping.Apply(before, command, reading, now), now, cancellationToken);
        if (changed is null)
        {
            return null;
        }
        aftermath.Committed(changed.Decided);
        return AlertMapping.View(changed.Alert, now);
    }

    public async Task<bool> DeleteAsync(Caller caller, CancellationToken cancellationToken)
    {
        var deleted = await store.DeleteAsync(caller, Id, clock.Now(), cancellationToken);
        if (deleted)
        {
            aftermath.Committed(Decided.Nothing with { Wakes = [Id] });
        }
        return deleted;
    }

    public async Task<AlertTest?> TestAsync(Caller caller, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return await store.PreviewAsync(caller, Id, now, cancellationToken) is { } made ? AlertMapping.Test(made, now) : null;
    }

    public async Task<AlertEvaluation?> EvaluateAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await store.EvaluateAsync(caller, Id, clock.Now(), cancellationToken) is not { } evaluated)
        {
            return null;
        }
        aftermath.Committed(evaluated);
        var made = evaluated.Made.Length == 1 ? evaluated.Made[0] : throw evaluated.Failed[0].ToException();
        return new AlertEvaluation(AlertMapping.Name(made.Decision.Outcome), made.FiringId, made.Decision.Reasons);
    }

    public async Task SyncWakeAsync(CancellationToken cancellationToken)
    {
        var wakeAt = await store.WakeAtAsync(Id, cancellationToken);
        if (wakeAt is { } due)
        {
            var wait = due - clock.Now();
            await this.RegisterOrUpdateReminder(Wake, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, RepeatEvery, cancellationToken);
        }
        else if (await this.GetReminder(Wake, cancellationToken) is { } reminder)
        {
            await this.UnregisterReminder(reminder, cancellationToken);
        }
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => ReceiveReminder(reminderName, status, CancellationToken.None);

    public async Task ReceiveReminder(string reminderName, TickStatus status, CancellationToken cancellationToken)
    {
        var decided = await store.WakeOneAsync(Id, clock.Now(), cancellationToken);
        LogWoken(Id, decided.Made.Length);
        aftermath.Committed(decided with { Wakes = [] });
        // A retry may be what is due; sending is not this turn's business.
        loop.Nudge();
        await SyncWakeAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Debug, "Alert {AlertId} was woken by its reminder; {Decided} decided")]
    private partial void LogWoken(Guid alertId, int decided);
}
