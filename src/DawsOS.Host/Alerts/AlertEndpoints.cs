using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Delivery;
using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Alerts;

/// <summary>A user's own alerts; another's do not exist for them.</summary>
internal static class AlertEndpoints
{
    // A cap of the contract's states; those that are not built match nothing.
    private static readonly string[] States = ["", "armed", "pending", "cooling_down", "acknowledged", "snoozed", "inactive"];

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/v1/alerts").WithTags("Alerts").RequireAuthorization(Policies.User);
        alerts.MapPost("", CreateAsync);
        alerts.MapGet("", ListAsync).WithPaging(QueryParameter.Flag("is_active"), QueryParameter.Text("type"), QueryParameter.OneOf("state", States));
        alerts.MapGet("/{id}", async (string id, ClaimsPrincipal user, IGrainFactory grains, CancellationToken cancellationToken) =>
            AlertResponse.Of(await Alert(grains, id).GetAsync(user.Caller(), cancellationToken) ?? throw Missing()));
        alerts.MapPatch("/{id}", PatchAsync);
        alerts.MapDelete("/{id}", DeleteAsync);
        alerts.MapPost("/{id}/test", async (string id, ClaimsPrincipal user, IGrainFactory grains, CancellationToken cancellationToken) =>
            await Alert(grains, id).TestAsync(user.Caller(), cancellationToken) ?? throw Missing());
        alerts.MapPost("/{id}/evaluate", EvaluateAsync);
        alerts.MapGet("/{id}/deliveries", DeliveriesAsync).WithPaging();
    }

    private static async Task<Created<AlertResponse>> CreateAsync(
        JsonBody<CreateAlertRequest> body, ClaimsPrincipal user, IGrainFactory grains, TimeProvider clock, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var alert = await grains.GetGrain<IAlertGrain>(id).CreateAsync(AlertRequests.ToCommand(body.Value, user.Caller()), cancellationToken);
        return TypedResults.Created($"/v1/alerts/{id}", AlertResponse.Of(alert));
    }

    private static async Task<Page<AlertResponse>> ListAsync(
        HttpRequest request, ClaimsPrincipal user, AlertStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var now = clock.Now();
        var (items, total) = await store.ListAsync(
            user.Caller(), Queries.Flag(request, "is_active"), Queries.OneOf(request, "type", ["", .. ConditionReader.Types]), Queries.OneOf(request, "state", States), now,
            paging.Limit, paging.Offset, cancellationToken);
        return Page<AlertResponse>.Of([.. items.Select(alert => AlertResponse.Of(AlertMapping.View(alert, now)))], total, paging);
    }

    private static async Task<AlertResponse> PatchAsync(
        string id, JsonBody<PatchAlertRequest> body, ClaimsPrincipal user, IGrainFactory grains, CancellationToken cancellationToken) =>
        AlertResponse.Of(await Alert(grains, id).PatchAsync(AlertRequests.ToCommand(body.Value, user.Caller()), cancellationToken) ?? throw Missing());

    private static async Task<NoContent> DeleteAsync(string id, ClaimsPrincipal user, IGrainFactory grains, CancellationToken cancellationToken) =>
        await Alert(grains, id).DeleteAsync(user.Caller(), cancellationToken) ? TypedResults.NoContent() : throw Missing();

    private static async Task<EvaluationResponse> EvaluateAsync(
        string id, ClaimsPrincipal user, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var evaluated = await Alert(grains, id).EvaluateAsync(user.Caller(), cancellationToken) ?? throw Missing();
        return new EvaluationResponse(evaluated.Outcome, evaluated.FiringId, evaluated.Reasons);
    }

    private static async Task<Page<DeliveryView>> DeliveriesAsync(
        string id, HttpRequest request, ClaimsPrincipal user, DeliveryStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        return await store.ListOfAlertAsync(user.Caller(), Queries.Id(id), paging.Limit, paging.Offset, cancellationToken) is { } page
            ? Page<DeliveryView>.Of(page.Items, page.Total, paging)
            : throw Missing();
    }

    private static IAlertGrain Alert(IGrainFactory grains, string id) => grains.GetGrain<IAlertGrain>(Queries.Id(id));

    private static RejectedException Missing() => RejectedException.NotFound("alert");
}
