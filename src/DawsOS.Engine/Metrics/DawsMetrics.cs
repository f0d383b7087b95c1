using DawsOS.Alerts;
using DawsOS.Delivery;

using Prometheus;

namespace DawsOS.Metrics;

/// <summary>Every metric that DawsOS defines, in one registry per host, so that hosts side by side do not share counters.</summary>
internal sealed class DawsMetrics
{
    private readonly Counter _evaluations;
    private readonly Counter _deliveries;
    private readonly Counter _duplicatesPrevented;

    public DawsMetrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        factory.CreateGauge("dawsos_build_info", "1, with the running version.", ["version", "service"])
            .WithLabels(typeof(DawsMetrics).Assembly.GetName().Version!.ToString(3), "dawsos").Set(1);
        _evaluations = factory.CreateCounter("dawsos_alert_evaluations_total", "Alerts decided, by condition type and outcome.", ["type", "result"]);
        _deliveries = factory.CreateCounter("dawsos_alert_deliveries_total", "Deliveries by channel and the status they took.", ["channel", "status"]);
        _duplicatesPrevented = factory.CreateCounter(
            "dawsos_alert_duplicates_prevented_total", "Firings that a gate stopped, by gate: cooldown, duplicate, daily_cap.", ["layer"]);
    }

    public void AlertDecided(string conditionType, Decision decision)
    {
        _evaluations.WithLabels(conditionType, AlertMapping.Name(decision.Outcome)).Inc();
        if (decision.Outcome == Outcome.Fired)
        {
            _deliveries.WithLabels(DeliveryRules.Inapp, "delivered").Inc();
        }
        if (decision.Suppression is { } suppression)
        {
            _duplicatesPrevented.WithLabels(suppression.Reason).Inc();
        }
    }
}
