namespace DawsOS.Series;

/// <summary>
/// Takes ingests. Keyed <c>&lt;silo address&gt;/&lt;slot&gt;</c>; any key works, because correctness rests on row locks and not on which grain runs it.
/// </summary>
[GrainInterfaceType("daws.ingest"), Alias("daws.ingest")]
public interface IIngestGrain : IGrainWithStringKey
{
    /// <summary>Stores the batch and decides every alert it may concern, in one transaction; answers after commit.</summary>
    /// <param name="batch">At most 1,000,000 observations.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    /// <returns>The result; of the first ingest when the id is known.</returns>
    /// <exception cref="RejectedException">validation_failed, or idempotency_conflict when the id came with another batch.</exception>
    /// <exception cref="DatabaseUnavailableException">Nothing was stored; repeat with the same id.</exception>
    [Alias("ingest"), ResponseTimeout("00:05:00")]
    Task<IngestResult> IngestAsync(IngestBatch batch, CancellationToken cancellationToken = default);
}
