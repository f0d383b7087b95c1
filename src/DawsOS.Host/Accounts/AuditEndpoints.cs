using System.Security.Claims;
using System.Text.Json;

using DawsOS.Http;

namespace DawsOS.Accounts;

/// <summary>Who did what: an ADMIN's all, others their own.</summary>
internal static class AuditEndpoints
{
    private static readonly string[] Actions = ["", .. AuditActions.All];

    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/audit", ListAsync)
        .WithTags("Accounts")
        .WithPaging(
            QueryParameter.Text("user_id"), QueryParameter.OneOf("action", Actions), QueryParameter.Instant("from"), QueryParameter.Instant("to"));

    private static async Task<Page<AuditView>> ListAsync(HttpRequest request, ClaimsPrincipal user, AuditStore audit, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var filter = new AuditFilter(
            Queries.Guid(request, "user_id"), Queries.OneOf(request, "action", Actions),
            Queries.Instant(request, "from") ?? DateTimeOffset.MinValue, Queries.Instant(request, "to") ?? DateTimeOffset.MaxValue, paging.Limit, paging.Offset);
        var (items, total) = await audit.ListAsync(user.Caller(), filter, cancellationToken);
        return Page<AuditView>.Of([.. items.Select(AuditView.Of)], total, paging);
    }
}

/// <summary>A row of the audit; no user: nobody was signed in.</summary>
internal sealed record AuditView(
    Guid Id, DateTimeOffset Timestamp, Guid? UserId, string Action, string ResourceType, string ResourceId, JsonElement Details, string RequestId,
    string IpAddress, string UserAgent, string Credential)
{
    public static AuditView Of(AuditRow row) => new(
        row.Id, row.At, row.UserId, row.Action, row.ResourceType, row.ResourceId, JsonElement.Parse(row.Details), row.RequestId, row.IpAddress, row.UserAgent, row.Credential);
}
