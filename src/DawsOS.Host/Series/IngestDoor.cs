using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Http;

namespace DawsOS.Series;

/// <summary>Hands an ingest to the next slot of the local pool, with the id that makes a repeat harmless.</summary>
internal sealed class IngestDoor(IGrainFactory grains, GrainSlots slots, TimeProvider clock)
{
    private const string Header = "Ingest-Id";

    public static readonly QueryParameter HeaderParameter = QueryParameter.Header(Header, "Makes a repeat harmless: 1–128 visible ASCII characters.");

    public Task<IngestResult> IngestAsync(HttpContext context, ImmutableArray<SeriesBatch> series, CancellationToken cancellationToken)
    {
        var caller = context.User.Caller();
        var batch = new IngestBatch(IngestId(context.Request, caller), caller, series);
        return grains.GetGrain<IIngestGrain>(slots.Next()).IngestAsync(batch, cancellationToken);
    }

    // The same text from another user is another ingest.
    private Guid IngestId(HttpRequest request, Caller caller)
    {
        var sent = request.Headers[Header];
        if (sent.Count == 0)
        {
            return Guid.CreateVersion7(clock.GetUtcNow());
        }
        return sent.Count == 1 && RequestId.IsValid(sent[0]!)
            ? NameId.Of(caller.UserId, $"ingest:{sent[0]}")
            : throw RejectedException.Validation(new FieldError("", "The header Ingest-Id is 1–128 visible ASCII characters, once."));
    }
}
