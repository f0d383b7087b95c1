using System.Collections.Immutable;

using DawsOS.Metrics;

using Microsoft.Extensions.Logging;

namespace DawsOS.Alerts;

/// <summary>What follows a commit and may be lost without losing anything: metrics, the log line, and reminders to bring in step.</summary>
internal sealed partial class AlertAftermath(DawsMetrics metrics, WakeQueue wakes, ILogger<AlertAftermath> logger)
{
    public void Committed(ImmutableArray<DecisionMade> made, ImmutableArray<Guid> alertsToSync)
    {
        foreach (var decision in made)
        {
            metrics.AlertDecided(decision.Before.ConditionType, decision.Decision);
            if (decision.Decision.Outcome == Outcome.Fired)
            {
                LogFired(decision.Before.Id, decision.FiringId!.Value, decision.Reading!.SeriesId);
            }
        }
        foreach (var id in alertsToSync)
        {
            wakes.Enqueue(id);
        }
    }

    [LoggerMessage(LogLevel.Information, "Alert {AlertId} fired ({FiringId}) on {SeriesId}")]
    private partial void LogFired(Guid alertId, Guid firingId, string seriesId);
}
