using System.Collections.Immutable;

using DawsOS.Delivery;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>Writes what was decided, many alerts in a handful of statements. The intent is among it: what is to be sent is recorded before it is sent.</summary>
internal static class DecisionWriter
{
    public static async Task WriteAsync(Session session, ImmutableArray<DecisionMade> made, List<EvaluationError> failed, DateTimeOffset now)
    {
        await IntendAsync(session, [.. made.Where(m => m.FiringId is not null)], now);
        await NotifyOfMissingDataAsync(session, made, now);
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
        var changed = made.Where(m => m.Decision.After != m.Before).Select(m => DecidedRow.Of(m.Decision.After)).ToList();
        if (changed.Count > 0)
        {
            await session.ExecuteAsync("alerts/update_decided", new { rows = session.Rows(changed) });
        }
        var rechecked = made.Where(m => m.Decision.After.Recheck != m.Before.Recheck)
            .Select(m => new { AlertId = m.Before.Id, Recheck = m.Decision.After.Recheck ? 1 : 0 }).ToList();
        if (rechecked.Count > 0)
        {
            await session.ExecuteAsync("alerts/set_recheck", new { rows = session.Rows(rechecked) });
        }
        if (failed.Count > 0)
        {
            // A failed rule's wake is dropped, or the loop would find it due for ever.
            await session.ExecuteAsync("alerts/insert_errors", new { rows = session.Rows(failed) });
            await session.ExecuteAsync("alerts/stop_waking", new { ids = session.Rows(failed.Select(f => f.AlertId)) });
        }
    }

    private static async Task IntendAsync(Session session, IReadOnlyList<DecisionMade> fired, DateTimeOffset now)
    {
        if (fired.Count == 0)
        {
            return;
        }
        var deliveries = fired.SelectMany(m => Deliveries(m, now)).ToList();
        await session.ExecuteAsync("alerts/insert_firings", new { rows = session.Rows(fired.Select(m => Firing(m, now))) });
        await session.ExecuteAsync("delivery/insert_deliveries", new { rows = session.Rows(deliveries) });
        var notifications = deliveries.Where(d => d.Channel == DeliveryRules.Inapp && d.Status == DeliveryStatus.Delivered)
            .Select(d => new NotificationRow(Guid.CreateVersion7(now), d.UserId, d.AlertId, d.Id, d.Message, now, null)).ToList();
        if (notifications.Count > 0)
        {
            await session.ExecuteAsync("delivery/insert_notifications", new { rows = session.Rows(notifications) });
        }
        var unavailable = deliveries.Where(d => d.Status == DeliveryStatus.Unavailable).ToList();
        if (unavailable.Count > 0)
        {
            var alerts = fired.ToDictionary(m => m.Before.Id, m => m.Before);
            await session.ExecuteAsync(
                "delivery/insert_dlq", new { rows = session.Rows(unavailable.Select(d => DlqRow.OfUnavailable(d, alerts[d.AlertId]))) });
        }
    }

    // At most one a user and day: the unique key lets the first in. It names all alerts of this transaction; as all are looked at again when the
    // user's day ends, one that came too late for this day's notice is in the next.
    private static async Task NotifyOfMissingDataAsync(Session session, ImmutableArray<DecisionMade> made, DateTimeOffset now)
    {
        var notices = made.Where(m => m.Decision.IsNotice).GroupBy(m => (m.Before.UserId, m.Ledger.Day.Date))
            .Select(silent => new NotificationRow(
                Guid.CreateVersion7(now), silent.Key.UserId, silent.First().Before.Id, null,
                AlertTexts.Shortened(string.Join("; ", silent.Select(m => $"{m.Before.Name}: {AlertTexts.Missing(m.Evaluation)}"))), now, silent.Key.Date)).ToList();
        if (notices.Count > 0)
        {
            await session.ExecuteAsync("delivery/insert_notifications", new { rows = session.Rows(notices) });
        }
    }

    private static FiringRow Firing(DecisionMade m, DateTimeOffset now)
    {
        var (alert, evaluation, n) = (m.Before, m.Evaluation, m.Ledger.FiringsOnEvidence);
        return new FiringRow(
            m.FiringId!.Value, alert.Id, alert.UserId, DeliveryRules.OccurrenceKey(alert.Id, alert.RuleVersion, evaluation.EvidenceId, n),
            alert.RuleVersion, evaluation.EvidenceId, n, m.Decision.Cause!, evaluation.Shown.Newest?.Value, evaluation.Shown.Newest?.Date, now);
    }

    private static IEnumerable<DeliveryRow> Deliveries(DecisionMade m, DateTimeOffset now) => m.Ledger.Channels.Select(verdict => new DeliveryRow(
        Guid.CreateVersion7(now), m.FiringId!.Value, m.Before.Id, m.Before.UserId, verdict.Channel, verdict.Status, verdict.Reason,
        verdict.Channel == DeliveryRules.Email ? AlertTexts.Subject(m.Before.Name) : null, m.Ledger.Message, m.Ledger.Hash, m.Before.Channels,
        m.Ledger.Day.Date, now, verdict.Status == DeliveryStatus.Delivered ? now : null, verdict.Status == DeliveryStatus.Pending ? now : null));

    private sealed record DecidedRow(
        Guid Id, bool Latched, bool SideKnown, bool Pending, bool Stale, bool Recheck, DateTimeOffset? LastFiredAt, DateTimeOffset? CooldownUntil,
        DateTimeOffset? WakeAt)
    {
        public static DecidedRow Of(Alert alert) => new(
            alert.Id, alert.Latched, alert.SideKnown, alert.Pending, alert.Stale, alert.Recheck, alert.LastFiredAt, alert.CooldownUntil, alert.WakeAt);
    }
}
