using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Http;

namespace DawsOS.Delivery;

/// <summary>What was delivered: the ledger and the in-app notifications, own rows only.</summary>
internal static class DeliveryEndpoints
{
    private static readonly string[] Statuses = ["", "pending", "delivered", "suppressed", "retrying", "dead", "unavailable"];
    private static readonly string[] Channels = ["", "inapp", "email", "webhook"];

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/deliveries", DeliveriesAsync).WithTags("Deliveries").RequireAuthorization(Policies.User)
            .WithPaging(QueryParameter.OneOf("status", Statuses), QueryParameter.OneOf("channel", Channels), QueryParameter.Instant("from"), QueryParameter.Instant("to"));
        routes.MapGet("/v1/notifications", NotificationsAsync).WithTags("Notifications").RequireAuthorization(Policies.User)
            .WithPaging(QueryParameter.Flag("unread_only"));
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

    private static async Task<NotificationPage> NotificationsAsync(
        HttpRequest request, ClaimsPrincipal user, NotificationStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await store.ListAsync(
            user.Caller(), Queries.Flag(request, "unread_only") ?? false, paging.Limit, paging.Offset, cancellationToken);
        return new NotificationPage(items, total, paging.Limit, paging.Offset, paging.Offset + items.Count < total);
    }
}

/// <summary>One page of notifications; the list has its own name on the wire.</summary>
internal sealed record NotificationPage(IReadOnlyList<NotificationView> Notifications, long Total, int Limit, int Offset, bool HasMore);
