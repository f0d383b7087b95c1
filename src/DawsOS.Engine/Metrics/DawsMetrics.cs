using DawsOS.Alerts;

using Prometheus;

namespace DawsOS.Metrics;

/// <summary>Every metric that DawsOS defines, in one registry per host, so that hosts side by side do not share counters.</summary>
internal sealed class DawsMetrics
{
    private readonly Counter _evaluations;
    private readonly Counter _deliveries;
    private readonly Counter _duplicatesPrevented;
    private readonly Histogram _stages;
    private readonly Histogram _httpRequests;

    public DawsMetrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        factory.CreateGauge("dawsos_build_info", "1, with the running version.", ["version", "service"])
            .WithLabels(typeof(DawsMetrics).Assembly.GetName().Version!.ToString(3), "dawsos").Set(1);
        _evaluations = factory.CreateCounter("dawsos_alert_evaluations_total", "Alerts decided, by condition type and outcome; error = the rule could not be decided.", ["type", "result"]);
        _deliveries = factory.CreateCounter("dawsos_alert_deliveries_total", "Deliveries by channel and the status they took.", ["channel", "status"]);
        _duplicatesPrevented = factory.CreateCounter(
            "dawsos_alert_duplicates_prevented_total", "Firings that a gate stopped, by gate: cooldown, occurrence, content, daily_cap.", ["layer"]);
        _stages = factory.CreateHistogram(
            "dawsos_ingest_stage_seconds", "Seconds that an ingest's alerts took, by stage: nominate, decide, write.", ["stage"],
            new HistogramConfiguration { Buckets = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5] });
        _httpRequests = factory.CreateHistogram(
            "dawsos_http_request_duration_seconds", "Seconds from the request's head to the end of the answer, by route template.",
            ["route", "method", "code"], new HistogramConfiguration { Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });
    }

    /// <summary>Counted when a firing intends them, and again at every status that an attempt gives them.</summary>
    public Counter Deliveries => _deliveries;

    public void AlertFailed(EvaluationError failed) => _evaluations.WithLabels(failed.ConditionType, "error").Inc();

    public void AlertDecided(DecisionMade made)
    {
        var decision = made.Decision;
        _evaluations.WithLabels(made.Before.ConditionType, AlertMapping.Name(decision.Outcome)).Inc();
        if (decision.Outcome == Outcome.Fired)
        {
            foreach (var channel in made.Ledger.Channels)
            {
                _deliveries.WithLabels(channel.Channel, channel.Status).Inc();
                if (!channel.IsAccepted)
                {
                    _duplicatesPrevented.WithLabels(channel.Reason!).Inc();
                }
            }
        }
        if (decision.Suppression is { } suppression)
        {
            _duplicatesPrevented.WithLabels(suppression.Reason).Inc();
        }
    }

    /// <summary>What an ingest's alerts cost.</summary>
    public void IngestDecided(StageTimes times)
    {
        _stages.WithLabels("nominate").Observe(times.Nominate.TotalSeconds);
        _stages.WithLabels("decide").Observe(times.Decide.TotalSeconds);
        _stages.WithLabels("write").Observe(times.Write.TotalSeconds);
    }

    public void HttpRequest(string route, string method, string code, TimeSpan duration) =>
        _httpRequests.WithLabels(route, method, code).Observe(duration.TotalSeconds);
}
