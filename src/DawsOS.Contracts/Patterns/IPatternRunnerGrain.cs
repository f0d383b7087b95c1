namespace DawsOS.Patterns;

/// <summary>
/// Runs patterns interactively. Keyed <c>&lt;silo address&gt;/&lt;slot&gt;</c>; an Orleans client uses a prefix of its own. Any key works: a runner holds nothing.
/// </summary>
[GrainInterfaceType("daws.pattern-runner"), Alias("daws.pattern-runner")]
public interface IPatternRunnerGrain : IGrainWithStringKey
{
    /// <summary>Checks the request, then runs the pattern; ends after 30 seconds at the latest.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Cancels the run: nothing more is started.</param>
    /// <returns>The run, whether it succeeded or failed.</returns>
    /// <exception cref="RejectedException">
    /// Nothing was executed: pattern_not_found, pattern_invalid with pointers into the request, pricing_pack_not_found, or not_found for a portfolio
    /// that is not the caller's.
    /// </exception>
    /// <exception cref="DatabaseUnavailableException">Nothing was executed; repeat later.</exception>
    [Alias("execute"), ResponseTimeout("00:01:00")]
    Task<PatternRun> ExecuteAsync(ExecutePattern command, CancellationToken cancellationToken = default);
}
