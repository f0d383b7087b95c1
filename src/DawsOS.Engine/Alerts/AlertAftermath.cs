using DawsOS.Canonical;
using DawsOS.Delivery;
using DawsOS.Metrics;

using Microsoft.Extensions.Logging;

namespace DawsOS.Alerts;

/// <summary>What follows a commit and may be lost without losing anything: metrics, the log line, and reminders to bring in step.</summary>
internal sealed partial class AlertAftermath(
    DawsMetrics metrics, DeliveryMetrics deliveries, WakeQueue wakes, SendLoop loop, NotificationSignal notifications, TimeProvider clock, ILogger<AlertAftermath> logger)
{
    public void Committed(Series.IngestOutcome outcome)
    {
        metrics.IngestDecided(outcome.Decided.Times);
        Committed(outcome.Decided);
    }

    public void Committed(Decided decided)
    {
        var made = decided.Made;
        foreach (var failed in decided.Failed)
        {
            metrics.AlertFailed(failed);
            LogFailed(failed.AlertId, failed.Error);
        }
        var (inapp, email) = (0, false);
        foreach (var decision in made)
        {
            metrics.AlertDecided(decision);
            if (decision.Decision.Outcome == Outcome.Fired)
            {
                LogFired(decision.Before.Id, decision.FiringId!.Value, decision.Evaluation.Shown.Leaf.SeriesId);
                inapp += decision.Ledger.Channels.Count(channel => channel.Status == DeliveryStatus.Delivered);
                email |= decision.Ledger.Channels.Any(channel => channel.Status == DeliveryStatus.Pending);
            }
        }
        foreach (var user in made.Where(m => m.FiringId is not null || m.Decision.IsNotice).Select(m => m.Before.UserId).Distinct())
        {
            notifications.Raise(user);
        }
        if (inapp > 0)
        {
            deliveries.InappDelivered(inapp, clock.Now() - made.First(m => m.FiringId is not null).Decision.After.LastFiredAt!.Value);
        }
        if (email)
        {
            loop.Nudge();
        }
        foreach (var id in decided.Wakes)
        {
            wakes.Enqueue(id);
        }
    }

    [LoggerMessage(LogLevel.Error, "Alert {AlertId} could not be decided ({Reason}); it is looked at again when its series crosses a threshold or it is edited")]
    private partial void LogFailed(Guid alertId, string reason);

    [LoggerMessage(LogLevel.Information, "Alert {AlertId} fired ({FiringId}) on {SeriesId}")]
    private partial void LogFired(Guid alertId, Guid firingId, string seriesId);
}
