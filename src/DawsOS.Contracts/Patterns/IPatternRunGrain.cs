using DawsOS.Accounts;

namespace DawsOS.Patterns;

/// <summary>
/// One run under a key, or an asynchronous one; keyed by its run id. Its row is written before its first step, so it is found again whatever
/// happens to its silo. Runs of others answer as if they were not there; an ADMIN sees all.
/// </summary>
[GrainInterfaceType("daws.pattern-run"), Alias("daws.pattern-run")]
public interface IPatternRunGrain : IGrainWithGuidKey
{
    /// <summary>Starts the run, or finds the one of the same key and body; answers when its row is written.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Gives up the wait, not the run.</param>
    /// <returns>The run's row.</returns>
    /// <exception cref="RejectedException">As for an interactive run; idempotency_conflict when the key came with another body.</exception>
    [Alias("start"), ResponseTimeout("00:01:00")]
    Task<RunRecord> StartAsync(StartRun command, CancellationToken cancellationToken = default);

    /// <summary>Starts the run, or finds the one of the same key and body, and waits for its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Gives up the wait, not the run: others may wait for it.</param>
    /// <returns>The run; the same for every start.</returns>
    /// <exception cref="RejectedException">As for <see cref="StartAsync"/>.</exception>
    [Alias("execute"), ResponseTimeout("00:01:00")]
    Task<PatternRun> ExecuteAsync(StartRun command, CancellationToken cancellationToken = default);

    /// <summary>Reads the run. One that was running on a silo that is gone becomes failed, <c>silo_lost</c>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    /// <returns>The run, or null when there is none for this caller.</returns>
    [Alias("get")]
    Task<RunRecord?> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Cancels the run: its steps' tokens fire, nothing more is started. An ended run stays as it is.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The run after it, or null when there is none for this caller.</returns>
    [Alias("cancel")]
    Task<RunRecord?> CancelAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Reads what happened after an event, waiting up to 10 seconds for something to happen.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="after">Id of the last event that was seen; null = from the beginning.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>The next events, or null when there is no such run for this caller.</returns>
    [Alias("events")]
    Task<RunEvents?> ReadEventsAsync(Caller caller, string? after, CancellationToken cancellationToken = default);
}
