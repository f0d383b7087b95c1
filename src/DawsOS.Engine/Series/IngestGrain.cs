using DawsOS.Alerts;
using DawsOS.Canonical;
using DawsOS.Delivery;
using DawsOS.Storage;

using Microsoft.Extensions.Logging;

namespace DawsOS.Series;

/// <summary>One slot of the ingest pool; holds nothing between calls.</summary>
[GrainType("ingest"), Orleans.Placement.PreferLocalPlacement]
internal sealed partial class IngestGrain(
    Database database, EmailOptions email, AlertAftermath aftermath, TimeProvider clock, ILogger<IngestGrain> logger) : Grain, IIngestGrain
{
    public async Task<IngestResult> IngestAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        IngestRules.Check(batch, clock.Now().UtcDay());
        var hash = IngestRules.Hash(batch);
        IngestOutcome outcome;
        try
        {
            outcome = await database.WriteAsync(As.Job, session => IngestTransaction.RunAsync(session, email, batch, hash, clock.Now()), cancellationToken);
        }
        catch (DatabaseUnavailableException e)
        {
            // The connection may have been lost after the commit: then the ingest is known, and its first answer is the answer.
            var known = await database.ReadAsync(As.Job, session => IngestTransaction.FindAsync(session, batch.IngestId, hash), cancellationToken);
            if (known is null)
            {
                throw;
            }
            LogCommittedAnyway(batch.IngestId, e.Message);
            return known;
        }
        aftermath.Committed(outcome);
        return outcome.Result;
    }

    [LoggerMessage(LogLevel.Warning, "Ingest {IngestId} was committed although the database was lost: {Reason}")]
    private partial void LogCommittedAnyway(Guid ingestId, string reason);
}
