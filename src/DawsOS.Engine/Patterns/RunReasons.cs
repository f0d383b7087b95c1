namespace DawsOS.Patterns;

/// <summary>Why steps do not run and how long they wait: the words of the trace.</summary>
internal static class RunReasons
{
    public const string ConditionNotMet = "condition_not_met";
    public const string RunEnded = "run_ended";

    /// <summary>Why a step cannot run for want of <paramref name="upstream"/>.</summary>
    public static string Upstream(StepRecord upstream) =>
        upstream.Status == StepStatus.Failed || upstream.Reason == "upstream_failed" ? "upstream_failed" : "upstream_skipped";

    /// <param name="retry">The step's policy.</param>
    /// <param name="attempt">The one that failed, from 1.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan Pause(RetryPolicy retry, int attempt, double chance) => retry.Delays[attempt - 1] * (1 - (retry.Jitter * chance));
}
