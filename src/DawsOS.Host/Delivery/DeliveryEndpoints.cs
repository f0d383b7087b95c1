using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Http;

namespace DawsOS.Delivery;

/// <summary>What was delivered: the ledger, own rows only.</summary>
internal static class DeliveryEndpoints
{
    private static readonly string[] Statuses = ["", "pending", "delivered", "suppressed", "retrying", "dead", "unavailable"];
    private static readonly string[] Channels = ["", "inapp", "email", "webhook"];

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/deliveries", DeliveriesAsync).WithTags("Deliveries").RequireAuthorization(Policies.User)
            .WithPaging(QueryParameter.OneOf("status", Statuses), QueryParameter.OneOf("channel", Channels), QueryParameter.Instant("from"), QueryParameter.Instant("to"));
    }

    private static async Task<Page<DeliveryView>> DeliveriesAsync(
        HttpRequest request, ClaimsPrincipal user, DeliveryStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var status = Queries.OneOf(request, "status", Statuses);
        var channel = Queries.OneOf(request, "channel", Channels);
        var (items, total) = await store.ListAsync(
            user.Caller(), status, channel, Queries.Instant(request, "from") ?? DateTimeOffset.UnixEpoch,
            Queries.Instant(request, "to") ?? DateTimeOffset.MaxValue, paging.Limit, paging.Offset, cancellationToken);
        return Page<DeliveryView>.Of(items, total, paging);
    }
}
