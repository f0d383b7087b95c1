using System.Globalization;

using Prometheus;

namespace DawsOS.Metrics;

/// <summary>Executions, steps and agents. Labels are closed sets: a pattern id that is not loaded counts as <see cref="UnknownPattern"/>.</summary>
internal sealed class PatternMetrics
{
    public const string UnknownPattern = "unknown";

    private static readonly double[] BelowMilliseconds = [.0001, .00025, .0005, .001, .0025, .005];
    private readonly Histogram _requestSeconds;
    private readonly Counter _requests;
    private readonly Counter _requestErrors;
    private readonly Counter _executions;
    private readonly Histogram _stepSeconds;
    private readonly Counter _invocations;
    private readonly Histogram _agentSeconds;
    private readonly Gauge _breaker;

    public PatternMetrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _requestSeconds = factory.CreateHistogram(
            "dawsos_api_request_duration_seconds", "Seconds of a POST /v1/execute that was executed.", ["pattern_id", "status"],
            Buckets(.01, .05, .1, .25, .5, 1, 1.2, 2, 2.5, 5, 10));
        _requests = factory.CreateCounter("dawsos_requests_total", "Requests that were executed.", ["pattern_id", "status"]);
        _requestErrors = factory.CreateCounter(
            "dawsos_request_errors_total", "Requests without a result, refused ones too, by error code.", ["pattern_id", "error_type"]);
        _executions = factory.CreateCounter("dawsos_pattern_executions_total", "Pattern runs.", ["pattern_id", "status"]);
        _stepSeconds = factory.CreateHistogram(
            "dawsos_pattern_step_duration_seconds", "Seconds of a step, its agent's queue included.", ["pattern_id", "step_index", "capability"],
            Buckets(.01, .05, .1, .5, 1, 5));
        _invocations = factory.CreateCounter(
            "dawsos_agent_invocations_total", "Capability calls that were executed.", ["agent_name", "capability", "status"]);
        _agentSeconds = factory.CreateHistogram(
            "dawsos_agent_latency_seconds", "Seconds of a capability call inside its agent.", ["agent_name", "capability"], Buckets(.01, .05, .1, .5, 1, 5));
        _breaker = factory.CreateGauge(
            "dawsos_circuit_breaker_state", "0 = calls are admitted. Always 0 as yet: agents have no circuit breaker that could refuse.", ["agent_name"]);
    }

    public void RequestServed(string pattern, bool success, TimeSpan elapsed)
    {
        _requestSeconds.WithLabels(pattern, Status(success)).Observe(elapsed.TotalSeconds);
        _requests.WithLabels(pattern, Status(success)).Inc();
    }

    public void RequestError(string pattern, string errorType) => _requestErrors.WithLabels(pattern, errorType).Inc();

    public void PatternExecuted(string pattern, bool success) => _executions.WithLabels(pattern, Status(success)).Inc();

    public void StepRan(string pattern, int index, string capability, TimeSpan elapsed) =>
        _stepSeconds.WithLabels(pattern, index.ToString(CultureInfo.InvariantCulture), capability).Observe(elapsed.TotalSeconds);

    public void AgentInvoked(string agent, string capability, bool success, TimeSpan elapsed)
    {
        _invocations.WithLabels(agent, capability, Status(success)).Inc();
        _agentSeconds.WithLabels(agent, capability).Observe(elapsed.TotalSeconds);
    }

    public void BreakerAdmits(string agent) => _breaker.WithLabels(agent).Set(0);

    public void BreakerGone(string agent) => _breaker.RemoveLabelled(agent);

    private static string Status(bool success) => success ? "success" : "error";

    // The listed limits and some below them: most steps end before the first of those.
    private static HistogramConfiguration Buckets(params double[] listed) => new() { Buckets = [.. BelowMilliseconds, .. listed] };
}
