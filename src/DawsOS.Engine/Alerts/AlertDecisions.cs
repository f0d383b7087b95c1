using System.Collections.Immutable;
using System.Diagnostics;

using DawsOS.Delivery;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>An alert that was decided.</summary>
/// <param name="Before">As it was.</param>
/// <param name="Evaluation">Its condition's truth.</param>
/// <param name="Decision">What came of it.</param>
/// <param name="Ledger">What the ledger and the channels said to it.</param>
/// <param name="FiringId">Set when it fired.</param>
internal sealed record DecisionMade(
    Alert Before, Evaluation Evaluation, Decision Decision, LedgerEntry Ledger, Guid? FiringId);

/// <summary>What a transaction decided.</summary>
/// <param name="Made">The decisions.</param>
/// <param name="Failed">Rules that threw; nothing was decided of them.</param>
/// <param name="Wakes">The alerts whose reminder is to be brought in step after commit.</param>
/// <param name="Times">What it took.</param>
internal sealed record Decided(ImmutableArray<DecisionMade> Made, ImmutableArray<EvaluationError> Failed, ImmutableArray<Guid> Wakes, StageTimes Times)
{
    public static readonly Decided Nothing = new([], [], [], default);
}

/// <summary>How long the stages of a transaction took: nominating, locking and deciding, writing what follows.</summary>
internal readonly record struct StageTimes(TimeSpan Nominate, TimeSpan Decide, TimeSpan Write);

/// <summary>
/// Decides alerts inside a transaction and writes what follows: firings, deliveries, notifications, suppressions, the alerts themselves.
/// The one path for ingests, wakes and people. Nothing leaves the database here.
/// </summary>
internal static class AlertDecisions
{
    /// <summary>Locks the alerts (deleted and inactive ones are passed over) and decides each on the newest committed values.</summary>
    public static async Task<Decided> DecideAsync(Session session, EmailOptions email, IEnumerable<Guid> alertIds, DateTimeOffset now)
    {
        var ids = session.Rows(alertIds);
        if (ids == "[]")
        {
            return Decided.Nothing;
        }
        var started = Stopwatch.GetTimestamp();
        var locked = await session.QueryAsync<Alert>("alerts/lock_active", new { ids });
        var locking = Stopwatch.GetElapsedTime(started);
        var decided = await DecideAsync(session, email, locked, now);
        return decided with { Times = decided.Times with { Decide = decided.Times.Decide + locking } };
    }

    /// <summary>Decides alerts whose rows this transaction has locked.</summary>
    public static async Task<Decided> DecideAsync(Session session, EmailOptions email, IReadOnlyList<Alert> alerts, DateTimeOffset now, bool explain = false)
    {
        if (alerts.Count == 0)
        {
            return Decided.Nothing;
        }
        var started = Stopwatch.GetTimestamp();
        var failed = new List<EvaluationError>();
        var evaluated = await EvaluateAsync(session, alerts, failed, now);
        var made = await MakeAsync(session, email, evaluated, failed, now, explain);
        var deciding = Stopwatch.GetElapsedTime(started);
        await DecisionWriter.WriteAsync(session, made, failed, now);
        return new Decided(
            made, [.. failed], [.. made.Where(m => m.Decision.After.WakeAt != m.Before.WakeAt).Select(m => m.Before.Id)],
            new StageTimes(TimeSpan.Zero, deciding, Stopwatch.GetElapsedTime(started) - deciding));
    }

    /// <summary>What deciding the alert now would come to; writes nothing.</summary>
    public static async Task<DecisionMade> PreviewAsync(Session session, EmailOptions email, Alert alert, DateTimeOffset now)
    {
        var failed = new List<EvaluationError>();
        var evaluated = await EvaluateAsync(session, [alert], failed, now);
        var made = await MakeAsync(session, email, evaluated, failed, now, explain: true);
        return made.Length == 1 ? made[0] : throw failed[0].ToException();
    }

    /// <summary>The truth of a condition on the newest committed values.</summary>
    public static async Task<Evaluation> EvaluateAsync(Session session, Condition condition, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var values = await LeafValues.ReadAsync(session, [condition]);
        return ConditionRules.Evaluate(condition, leaf => values[leaf], createdAt, now);
    }

    // One rule that cannot be read or decided never stops the others: it leaves an error row and is not looked at again until it is edited or nominated.
    private static async Task<List<Evaluated>> EvaluateAsync(Session session, IReadOnlyList<Alert> alerts, List<EvaluationError> failed, DateTimeOffset now)
    {
        var parsed = new List<(Alert Alert, Condition Condition)>(alerts.Count);
        foreach (var alert in alerts)
        {
            Try(alert, () => parsed.Add((alert, ConditionReader.Stored(alert.ConditionJson))));
        }
        var values = await LeafValues.ReadAsync(session, [.. parsed.Select(p => p.Condition)]);
        var evaluated = new List<Evaluated>(parsed.Count);
        foreach (var (alert, condition) in parsed)
        {
            Try(alert, () => evaluated.Add(new Evaluated(alert, condition, ConditionRules.Evaluate(condition, leaf => values[leaf], alert.CreatedAt, now))));
        }
        return evaluated;

        void Try(Alert alert, Action work)
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failed.Add(new EvaluationError(alert.Id, alert.ConditionType, now, e.Message));
            }
        }
    }

    private static async Task<ImmutableArray<DecisionMade>> MakeAsync(
        Session session, EmailOptions email, List<Evaluated> evaluated, List<EvaluationError> failed, DateTimeOffset now, bool explain)
    {
        var ledger = await Ledger.ReadAsync(session, email, [.. evaluated.Where(e => NeedsLedger(e, now, explain))], failed, now);
        var made = ImmutableArray.CreateBuilder<DecisionMade>(evaluated.Count);
        foreach (var (alert, _, evaluation) in evaluated)
        {
            if (failed.Count > 0 && failed.Any(f => f.AlertId == alert.Id))
            {
                continue;
            }
            var entry = ledger.GetValueOrDefault(alert.Id, LedgerEntry.Unasked);
            var decision = AlertRules.Decide(new DecisionInput(alert, evaluation, entry.FiringsOnEvidence, entry.Channels, entry.Day, now, explain));
            made.Add(new DecisionMade(alert, evaluation, decision, entry, decision.Outcome == Outcome.Fired ? Guid.CreateVersion7(now) : null));
        }
        return made.DrainToImmutable();
    }

    // Asked only for those that may fire or be told of missing data: most that are nominated do not.
    private static bool NeedsLedger(Evaluated e, DateTimeOffset now, bool explain) =>
        explain || AlertRules.MayFire(e.Alert, e.Evaluation, now) || (e.Evaluation.IsStale && e.Alert.NoData == "notice");
}

/// <summary>An alert with the truth of its condition.</summary>
internal sealed record Evaluated(Alert Alert, Condition Condition, Evaluation Evaluation);

/// <summary>A rule that threw.</summary>
internal sealed record EvaluationError(Guid AlertId, string ConditionType, DateTimeOffset At, string Error)
{
    public InvalidOperationException ToException() => new($"Alert {AlertId} could not be decided: {Error}");
}
