using System.Globalization;

using DawsOS.Agents;

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
    private readonly Counter _breakerFailures;
    private readonly Counter.Child _cacheHits;
    private readonly Counter.Child _cacheMisses;
    private readonly Counter _historyLost;

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
        _breaker = factory.CreateGauge("dawsos_circuit_breaker_state", "0 closed, 1 open, 2 half-open.", ["agent_name"]);
        _breakerFailures = factory.CreateCounter(
            "dawsos_circuit_breaker_failures_total", "Failures that count against an agent's circuit breaker.", ["agent_name"]);
        _cacheHits = factory.CreateCounter("dawsos_cache_hits_total", "Steps answered by another call of the same run.", ["scope"]).WithLabels("run");
        _cacheMisses = factory.CreateCounter("dawsos_cache_misses_total", "Steps that were computed.", ["scope"]).WithLabels("run");
        _historyLost = factory.CreateCounter("dawsos_run_history_lost_total", "Ended runs whose history row could not be kept.");
    }

    public void RequestServed(string pattern, bool success, TimeSpan elapsed)
    {
        _requestSeconds.WithLabels(pattern, Status(success)).Observe(elapsed.TotalSeconds);
        _requests.WithLabels(pattern, Status(success)).Inc();
    }

    public void RequestError(string pattern, string errorType) => _requestErrors.WithLabels(pattern, errorType).Inc();

    public void PatternExecuted(string pattern, bool success) => _executions.WithLabels(pattern, Status(success)).Inc();

    /// <summary>The histogram of one step, looked up once per pattern and not once per run.</summary>
    public IObserver StepMeter(string pattern, int index, string capability) =>
        _stepSeconds.WithLabels(pattern, index.ToString(CultureInfo.InvariantCulture), capability);

    public AgentMeter MeterOf(string agent, string capability) => new(
        _invocations.WithLabels(agent, capability, Status(true)), _invocations.WithLabels(agent, capability, Status(false)),
        _agentSeconds.WithLabels(agent, capability));

    public void StepsAnswered(int computed, int remembered)
    {
        _cacheMisses.Inc(computed);
        _cacheHits.Inc(remembered);
    }

    public void BreakerStands(string agent, CircuitState state) => _breaker.WithLabels(agent).Set((int)state);

    public void BreakerFailure(string agent) => _breakerFailures.WithLabels(agent).Inc();

    public void BreakerGone(string agent) => _breaker.RemoveLabelled(agent);

    public void HistoryLost(int runs) => _historyLost.Inc(runs);

    private static string Status(bool success) => success ? "success" : "error";

    // The listed limits and some below them: most steps end before the first of those.
    private static HistogramConfiguration Buckets(params double[] listed) => new() { Buckets = [.. BelowMilliseconds, .. listed] };
}

/// <summary>Counts the calls of one capability.</summary>
internal sealed record AgentMeter(ICounter Succeeded, ICounter Failed, IObserver Seconds)
{
    public void Invoked(bool success, TimeSpan elapsed)
    {
        (success ? Succeeded : Failed).Inc();
        Seconds.Observe(elapsed.TotalSeconds);
    }
}
