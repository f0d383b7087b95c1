using System.Security.Claims;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Accounts;

/// <summary>Where one is signed in, and how to end it there.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/auth/sessions").WithTags("Accounts");
        sessions.MapGet("", ListAsync).WithPaging();
        sessions.MapDelete("/{id}", EndAsync);
    }

    private static async Task<Page<SessionView>> ListAsync(
        HttpRequest request, ClaimsPrincipal user, SessionStore sessions, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await sessions.ListAsync(user.Caller(), paging.Limit, paging.Offset, cancellationToken);
        return Page<SessionView>.Of([.. items.Select(session => SessionView.Of(session, user.SessionId()))], total, paging);
    }

    private static async Task<NoContent> EndAsync(string id, ClaimsPrincipal user, SessionStore sessions, CancellationToken cancellationToken) =>
        await sessions.EndAsync(user.Caller(), Queries.Id(id), cancellationToken) ? TypedResults.NoContent() : throw RejectedException.NotFound("session");
}

/// <summary>A session as its owner sees it; current = that of this very request.</summary>
internal sealed record SessionView(
    Guid Id, string Kind, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string IpAddress, string UserAgent, bool Current)
{
    public static SessionView Of(UserSession session, Guid? current) => new(
        session.Id, session.Kind, session.CreatedAt, session.LastUsedAt, session.ExpiresAt, session.IpAddress, session.UserAgent, session.Id == current);
}
