using System.Collections.Immutable;

using DawsOS.Canonical;
using DawsOS.Delivery;
using DawsOS.Series;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>An alert that was decided, with the firing when it fired.</summary>
internal sealed record DecisionMade(Alert Before, Decision Decision, Guid? FiringId, Reading? Reading);

/// <summary>What a transaction decided; Wakes are the alerts whose reminder is to be brought in step after commit.</summary>
internal sealed record Decided(ImmutableArray<DecisionMade> Made, ImmutableArray<Guid> Wakes);

/// <summary>
/// Decides alerts inside a transaction and writes what follows: firings, deliveries, notifications, suppressions, the alerts themselves.
/// The one path for ingests, wakes and people. Nothing leaves the database here.
/// </summary>
internal static class AlertDecisions
{
    /// <summary>Locks the alerts (deleted and inactive ones are passed over) and decides each on the newest committed values.</summary>
    public static async Task<Decided> DecideAsync(Session session, IEnumerable<Guid> alertIds, DateTimeOffset now)
    {
        var ids = session.Rows(alertIds);
        return ids == "[]" ? new Decided([], []) : await DecideAsync(session, await session.QueryAsync<Alert>("alerts/lock_active", new { ids }), now);
    }

    /// <summary>Decides alerts whose rows this transaction has locked.</summary>
    public static async Task<Decided> DecideAsync(Session session, IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        if (alerts.Count == 0)
        {
            return new Decided([], []);
        }
        var failed = new List<EvaluationError>();
        var parsed = Parse(alerts, failed, now);
        var readings = await ReadingsAsync(session, parsed);
        var facts = await FactsAsync(session, parsed, readings, now);

        var made = ImmutableArray.CreateBuilder<DecisionMade>(parsed.Count);
        var firings = new List<Firing>();
        foreach (var (alert, condition) in parsed)
        {
            var reading = readings.GetValueOrDefault(condition.SeriesId);
            var known = facts.GetValueOrDefault(alert.Id);
            var decision = AlertRules.Decide(alert, condition, reading, known, now);
            var firing = decision.Outcome == Outcome.Fired ? Firing.Of(alert, condition, reading!, known.FiringsOnEvidence, now) : null;
            if (firing is not null)
            {
                firings.Add(firing);
            }
            made.Add(new DecisionMade(alert, decision, firing?.Id, reading));
        }
        var all = made.DrainToImmutable();
        await WriteAsync(session, all, firings, failed, now);
        return new Decided(all, [.. all.Where(m => m.Decision.After.WakeAt != m.Before.WakeAt).Select(m => m.Before.Id)]);
    }

    /// <summary>What deciding the alert now would come to; writes nothing.</summary>
    public static async Task<DecisionMade> PreviewAsync(Session session, Alert alert, DateTimeOffset now)
    {
        List<(Alert Alert, Condition Condition)> parsed = [(alert, ConditionReader.Stored(alert.ConditionJson))];
        var readings = await ReadingsAsync(session, parsed);
        var facts = await FactsAsync(session, parsed, readings, now);
        var reading = readings.GetValueOrDefault(parsed[0].Condition.SeriesId);
        return new DecisionMade(alert, AlertRules.Decide(alert, parsed[0].Condition, reading, facts.GetValueOrDefault(alert.Id), now), null, reading);
    }

    // One rule that cannot be read never stops the others: it leaves an error row and is not looked at again until it is edited or nominated.
    private static List<(Alert Alert, Condition Condition)> Parse(IReadOnlyList<Alert> alerts, List<EvaluationError> failed, DateTimeOffset now)
    {
        var parsed = new List<(Alert, Condition)>(alerts.Count);
        foreach (var alert in alerts)
        {
            try
            {
                parsed.Add((alert, ConditionReader.Stored(alert.ConditionJson)));
            }
            catch (InvalidOperationException e)
            {
                failed.Add(new EvaluationError(alert.Id, now, e.Message));
            }
        }
        return parsed;
    }

    private static async Task<Dictionary<string, Reading>> ReadingsAsync(Session session, List<(Alert Alert, Condition Condition)> parsed)
    {
        var ids = session.Rows(parsed.Select(p => p.Condition.SeriesId).Distinct());
        return (await session.QueryAsync<Reading>("series/read_newest", new { ids })).ToDictionary(r => r.SeriesId, StringComparer.Ordinal);
    }

    // Asked only for those that may fire: most that are nominated do not.
    private static async Task<Dictionary<Guid, LedgerFacts>> FactsAsync(
        Session session, List<(Alert Alert, Condition Condition)> parsed, Dictionary<string, Reading> readings, DateTimeOffset now)
    {
        var candidates = parsed
            .Where(p => p.Condition.IsMet(readings.GetValueOrDefault(p.Condition.SeriesId)?.Value) is true && AlertRules.CooldownLeft(p.Alert, now) == TimeSpan.Zero)
            .Select(p => new { AlertId = p.Alert.Id, p.Alert.RuleVersion, readings[p.Condition.SeriesId].IngestId })
            .ToList();
        if (candidates.Count == 0)
        {
            return [];
        }
        var rows = await session.QueryAsync<FactsRow>(
            "alerts/read_ledger_facts", new { rows = session.Rows(candidates), channel = DeliveryRules.Inapp, day = now.UtcDay() });
        return rows.ToDictionary(row => row.AlertId, row => new LedgerFacts((int)row.Firings, row.Accepted > 0));
    }

    private static async Task WriteAsync(
        Session session, ImmutableArray<DecisionMade> made, List<Firing> firings, List<EvaluationError> failed, DateTimeOffset now)
    {
        if (firings.Count > 0)
        {
            var rows = session.Rows(firings);
            await session.ExecuteAsync("alerts/insert_firings", new { rows });
            await session.ExecuteAsync("delivery/insert_deliveries", new { rows });
            await session.ExecuteAsync("delivery/insert_notifications", new { rows });
        }
        var cleared = made.Where(m => m.Before.Latched && !m.Decision.After.Latched).Select(m => m.Before.Id).ToList();
        if (cleared.Count > 0)
        {
            await session.ExecuteAsync("alerts/clear_firings", new { ids = session.Rows(cleared), now });
        }
        var suppressed = made.Where(m => m.Decision.Suppression is not null)
            .Select(m => new { AlertId = m.Before.Id, m.Decision.Suppression!.Reason, m.Decision.Suppression.WindowStart }).ToList();
        if (suppressed.Count > 0)
        {
            await session.ExecuteAsync("alerts/count_suppressions", new { rows = session.Rows(suppressed), now });
        }
        // A failed rule's wake is dropped, or the loop would find it due for ever.
        var changed = made.Where(m => m.Decision.After != m.Before).Select(m => DecidedRow.Of(m.Decision.After)).ToList();
        if (changed.Count > 0)
        {
            await session.ExecuteAsync("alerts/update_decided", new { rows = session.Rows(changed) });
        }
        if (made.Length > 0)
        {
            await session.ExecuteAsync(
                "alerts/set_recheck", new { rows = session.Rows(made.Select(m => new { AlertId = m.Before.Id, Recheck = m.Decision.Recheck ? 1 : 0 })) });
        }
        if (failed.Count > 0)
        {
            await session.ExecuteAsync("alerts/insert_errors", new { rows = session.Rows(failed) });
            await session.ExecuteAsync("alerts/stop_waking", new { ids = session.Rows(failed.Select(f => f.AlertId)) });
        }
    }

    private sealed record EvaluationError(Guid AlertId, DateTimeOffset At, string Error);

    private sealed record FactsRow
    {
        public Guid AlertId { get; init; }

        public long Firings { get; init; }

        public long Accepted { get; init; }
    }

    private sealed record DecidedRow(Guid Id, bool Latched, DateTimeOffset? LastFiredAt, DateTimeOffset? CooldownUntil, DateTimeOffset? WakeAt)
    {
        public static DecidedRow Of(Alert alert) => new(alert.Id, alert.Latched, alert.LastFiredAt, alert.CooldownUntil, alert.WakeAt);
    }
}
