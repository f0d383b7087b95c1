using System.Security.Claims;

using DawsOS.Accounts;
using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Delivery;

/// <summary>A user's own in-app notifications, as a list and as a stream.</summary>
internal static class NotificationEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapGroup("/v1/notifications").WithTags("Notifications").RequireAuthorization(Policies.User);
        notifications.MapGet("", ListAsync).WithPaging(QueryParameter.Flag("unread_only"));
        notifications.MapPatch("/{id}/read", ReadAsync);
        notifications.MapPost("/mark-all-read", async (ClaimsPrincipal user, NotificationStore store, CancellationToken cancellationToken) =>
        {
            await store.MarkAllReadAsync(user.Caller(), cancellationToken);
            return TypedResults.NoContent();
        });
        notifications.MapDelete("/{id}", DeleteAsync);
        notifications.MapGet("/stream", StreamAsync)
            .AsStream()
            .WithDescription(
                "Each new notification as an event `notification`: its data is the notification as the list has it, its id a cursor. "
                + "Begins with what is committed after the connection; with Last-Event-ID, with what follows that cursor. "
                + "The order is that of commits. A comment comes at once and every 15 s. "
                + "It ends when its user is deactivated or has another role; a user may have 10 streams open.")
            .WithQuery(QueryParameter.Header(LastEventId, "Id of the last event that was seen; those after it follow, also those from while nobody listened."))
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
    }

    private static async Task<NotificationPage> ListAsync(
        HttpRequest request, ClaimsPrincipal user, NotificationStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await store.ListAsync(
            user.Caller(), Queries.Flag(request, "unread_only") ?? false, paging.Limit, paging.Offset, cancellationToken);
        return new NotificationPage(items, total, paging.Limit, paging.Offset, paging.Offset + items.Count < total);
    }

    private static async Task<NotificationView> ReadAsync(string id, ClaimsPrincipal user, NotificationStore store, CancellationToken cancellationToken) =>
        await store.MarkReadAsync(user.Caller(), Queries.Id(id), cancellationToken) ?? throw Missing();

    private static async Task<NoContent> DeleteAsync(string id, ClaimsPrincipal user, NotificationStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(user.Caller(), Queries.Id(id), cancellationToken) ? TypedResults.NoContent() : throw Missing();

    private static async Task<EmptyHttpResult> StreamAsync(
        HttpContext context, ClaimsPrincipal user, NotificationStore store, NotificationStream stream, CancellationToken cancellationToken)
    {
        // A browser's EventSource that has seen none sends none; an empty header says the same.
        var sent = context.Request.Headers[LastEventId].ToString();
        NotificationCursor? last = sent.Length == 0
            ? null
            : NotificationCursor.Parse(sent)
                ?? throw RejectedException.Validation(new FieldError("", $"The header {LastEventId} must be the id of an event of this stream."));
        // Asked before the answer begins: a database that is away is 503, not an empty stream.
        await stream.WriteAsync(context, user.Caller(), await store.StartAsync(last, cancellationToken));
        return TypedResults.Empty;
    }

    private static RejectedException Missing() => RejectedException.NotFound("notification");
}

/// <summary>One page of notifications; the list has its own name on the wire.</summary>
internal sealed record NotificationPage(IReadOnlyList<NotificationView> Notifications, long Total, int Limit, int Offset, bool HasMore);
