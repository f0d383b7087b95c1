using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Patterns;

/// <summary>Runs that were started: own ones, an ADMIN's all.</summary>
internal static class RunEndpoints
{
    private static readonly string[] Statuses = ["", "pending", "running", "succeeded", "degraded", "failed", "cancelled", "timed_out"];

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/v1/runs").RequireAuthorization(Policies.User).WithExecutionLimit().WithTags("Runs");
        runs.MapGet("", ListAsync).WithPaging(
            QueryParameter.Text("pattern_id"), QueryParameter.OneOf("status", Statuses), QueryParameter.Instant("from"), QueryParameter.Instant("to"));
        runs.MapGet("/{id}", GetAsync);
        runs.MapDelete("/{id}", CancelAsync);
        runs.MapGet("/{id}/events", EventsAsync)
            .AsStream()
            .WithQuery(QueryParameter.Header("Last-Event-ID", "Id of the last event that was seen; those after it follow."))
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<Page<RunSummary>> ListAsync(HttpRequest request, ClaimsPrincipal user, RunStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var filter = new RunFilter(
            request.Query["pattern_id"].FirstOrDefault() ?? "", Queries.OneOf(request, "status", Statuses),
            Queries.Instant(request, "from") ?? DateTimeOffset.UnixEpoch, Queries.Instant(request, "to") ?? DateTimeOffset.MaxValue, paging.Limit, paging.Offset);
        var (items, total) = await store.ListAsync(user.Caller(), filter, cancellationToken);
        return Page<RunSummary>.Of([.. items.Select(row => RunSummary.Of(row.ToRecord()))], total, paging);
    }

    private static async Task<Ok<RunView>> GetAsync(string id, ClaimsPrincipal user, IGrainFactory grains, RunStore store, RunHistory history, CancellationToken cancellationToken)
    {
        var (caller, runId) = (user.Caller(), Queries.Id(id));
        var record = await FindAsync(store, history, caller, runId, cancellationToken);
        if (record is { Status: RunStatus.Running })
        {
            // Its grain knows whether it is still on its way, or its silo is gone.
            record = await grains.GetGrain<IPatternRunGrain>(runId).GetAsync(caller, cancellationToken);
        }
        return TypedResults.Ok(RunView.Of(record ?? throw RejectedException.NotFound("run")));
    }

    private static async Task<Ok<RunView>> CancelAsync(
        string id, ClaimsPrincipal user, IGrainFactory grains, RunStore store, RunHistory history, CancellationToken cancellationToken)
    {
        var (caller, runId) = (user.Caller(), Queries.Id(id));
        var record = await FindAsync(store, history, caller, runId, cancellationToken);
        if (record is { Status: RunStatus.Running })
        {
            record = await grains.GetGrain<IPatternRunGrain>(runId).CancelAsync(caller, cancellationToken);
        }
        else if (record is null && await RunRegistry.CancelEverywhereAsync(grains, caller, runId))
        {
            return TypedResults.Ok(RunView.Cancelled(runId, caller.UserId));
        }
        // A run that ended between the two questions has its row by now, or is about to have it.
        record ??= await FindAsync(store, history, caller, runId, cancellationToken);
        return TypedResults.Ok(RunView.Of(record ?? throw RejectedException.NotFound("run")));
    }

    private static async Task<IResult> EventsAsync(
        string id, HttpContext context, IGrainFactory grains, RunEventStream stream, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IPatternRunGrain>(Queries.Id(id));
        var after = context.Request.Headers["Last-Event-ID"].FirstOrDefault();
        var caller = context.User.Caller();
        // The first part before the answer begins: a run that is not there is 404, not an empty stream.
        var first = await grain.ReadEventsAsync(caller, after, cancellationToken) ?? throw RejectedException.NotFound("run");
        if (first is { Ended: true, Events.IsEmpty: true })
        {
            // What makes a browser's EventSource stop asking.
            return TypedResults.NoContent();
        }
        await stream.WriteAsync(context, grain, first, after);
        return Results.Empty;
    }

    private static async Task<RunRecord?> FindAsync(RunStore store, RunHistory history, Caller caller, Guid runId, CancellationToken cancellationToken)
    {
        await history.WrittenAsync(runId, cancellationToken);
        return await store.FindAsync(runId, cancellationToken) is { } row && (row.UserId == caller.UserId || caller.Role == Role.Admin) ? row.ToRecord() : null;
    }
}
