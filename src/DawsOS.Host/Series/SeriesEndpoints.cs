using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Http;

namespace DawsOS.Series;

/// <summary>Observations in, observations out.</summary>
internal static class SeriesEndpoints
{
    private const long ImportLimit = 64L << 20;
    private const int MaxObservations = 10_000;

    // A large one fires many alerts in its transaction.
    private static readonly TimeSpan IngestTime = TimeSpan.FromMinutes(2);

    public static void MapSeries(this IEndpointRouteBuilder routes)
    {
        var series = routes.MapGroup("/v1/series").WithTags("Series");
        series.MapGet("", ListAsync).RequireAuthorization(Policies.Viewer).WithPaging();
        series.MapGet("/{id}", ReadAsync).RequireAuthorization(Policies.Viewer)
            .WithPaging(QueryParameter.Date("from"), QueryParameter.Date("to"), QueryParameter.OneOf("order", "asc", "desc"));
        series.MapPost("/{id}/observations", IngestAsync).RequireAuthorization(Policies.Manager).WithQuery(IngestDoor.HeaderParameter)
            .WithRequestTimeout(IngestTime)
            // A series that is not there is made.
            .WithoutAnswer(StatusCodes.Status404NotFound);
        series.MapPost("/import", ImportAsync).RequireAuthorization(Policies.Manager)
            .Accepts<string>("text/csv").WithBodyLimit(ImportLimit).WithQuery(IngestDoor.HeaderParameter)
            .AsImport().WithRequestTimeout(IngestTime);
    }

    private static async Task<Page<SeriesSummary>> ListAsync(
        HttpRequest request, ClaimsPrincipal user, SeriesStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await store.ListAsync(user.Caller(), paging.Limit, paging.Offset, cancellationToken);
        return Page<SeriesSummary>.Of(items, total, paging);
    }

    private static async Task<Page<ObservationView>> ReadAsync(
        string id, HttpRequest request, ClaimsPrincipal user, SeriesStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request, defaultLimit: 1000);
        var newestFirst = Queries.OneOf(request, "order", "asc", "desc") == "desc";
        var from = Queries.Date(request, "from") ?? DateOnly.MinValue;
        var to = Queries.Date(request, "to") ?? DateOnly.MaxValue;
        var read = await store.ReadAsync(user.Caller(), id, from, to, newestFirst, paging.Limit, paging.Offset, cancellationToken);
        return read is { } page ? Page<ObservationView>.Of(page.Items, page.Total, paging) : throw RejectedException.NotFound("series");
    }

    private static async Task<ObservationsResult> IngestAsync(
        string id, JsonBody<ObservationsRequest> body, HttpContext context, IngestDoor door, CancellationToken cancellationToken)
    {
        CheckWritable(id);
        var given = body.Value.Observations;
        if (given.Count is 0 or > MaxObservations)
        {
            throw RejectedException.Validation(new FieldError("/observations", $"Send 1–{MaxObservations} observations; larger sets go to POST /v1/series/import."));
        }
        var observations = ImmutableArray.CreateBuilder<Observation>(given.Count);
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        for (var i = 0; i < given.Count; i++)
        {
            if (DateOnly.TryParseExact(given[i].Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                observations.Add(new Observation(date, given[i].Value));
            }
            else
            {
                errors.Add(new FieldError($"/observations/{i}/date", "A date is written like 2026-01-31."));
            }
        }
        if (errors.Count > 0)
        {
            throw RejectedException.Validation(errors.ToImmutable());
        }
        var result = await WithoutBatchPointerAsync(() => door.IngestAsync(context, [new SeriesBatch(id, observations.ToImmutable())], cancellationToken));
        var one = result.Series[0];
        return new ObservationsResult(one.SeriesId, one.Received, one.Inserted, one.Updated, one.Unchanged, result.AlertsFired);
    }

    private static async Task<ImportResult> ImportAsync(HttpContext context, IngestDoor door, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals("text/csv", StringComparison.OrdinalIgnoreCase) is not true)
        {
            throw new BadHttpRequestException("Send Content-Type: text/csv.", StatusCodes.Status415UnsupportedMediaType);
        }
        // The parser reads synchronously, so the body is taken whole first; its size is bounded.
        var csv = await RequestBody.ReadAsync(context.Request, cancellationToken);
        var batches = SeriesCsv.Read(csv, IngestRules.Latest(clock.Now().UtcDay()));
        foreach (var batch in batches)
        {
            CheckWritable(batch.SeriesId);
        }
        var result = await door.IngestAsync(context, batches, cancellationToken);
        return new ImportResult(result.Series, result.AlertsFired);
    }

    // The rules speak of a batch of many series; the body of this route is one of them.
    private static async Task<IngestResult> WithoutBatchPointerAsync(Func<Task<IngestResult>> ingest)
    {
        try
        {
            return await ingest();
        }
        catch (RejectedException e) when (e.Errors.Length > 0)
        {
            const string First = "/series/0";
            throw new RejectedException(
                e.Code, e.Message, [.. e.Errors.Select(f => f.Pointer.StartsWith(First, StringComparison.Ordinal) ? f with { Pointer = f.Pointer[First.Length..] } : f)]);
        }
    }

    private static void CheckWritable(string id)
    {
        if (SeriesIds.IsInternal(id))
        {
            throw new RejectedException(RejectionCodes.Forbidden, $"The series {id} is written by DawsOS itself.");
        }
        if (!SeriesIds.IsValid(id))
        {
            throw RejectedException.Validation(new FieldError("", "A series id is 1–64 of the characters A–Z a–z 0–9 . _ : ^ -"));
        }
    }
}

/// <summary>Body of an ingest.</summary>
internal sealed record ObservationsRequest
{
    public required IReadOnlyList<ObservationRequest> Observations { get; init; }
}

/// <summary>One observation as sent; the date like 2026-01-31.</summary>
internal sealed record ObservationRequest
{
    public required string Date { get; init; }

    public required decimal Value { get; init; }
}

/// <summary>What an ingest of one series did.</summary>
internal sealed record ObservationsResult(string SeriesId, int Received, int Inserted, int Updated, int Unchanged, int AlertsFired);

/// <summary>What an import did.</summary>
internal sealed record ImportResult(IReadOnlyList<SeriesResult> Series, int AlertsFired);
