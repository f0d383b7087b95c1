using System.Security.Claims;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Delivery;

/// <summary>The dead-letter queue: what failed, for ADMINs.</summary>
internal static class DlqEndpoints
{
    private static readonly string[] Statuses = ["", DlqRow.Pending, DlqRow.Dead, DlqRow.Resolved];
    private static readonly string[] Channels = ["", "inapp", "email", "webhook"];
    private static readonly string[] Classes = ["", "retryable", "permanent", "misconfigured", "uncertain"];

    public static void MapDlq(this IEndpointRouteBuilder routes)
    {
        var dlq = routes.MapGroup("/v1/alerts/dlq").WithTags("Dead-letter queue").RequireAuthorization(Policies.Admin);
        dlq.MapGet("", ListAsync)
            .WithPaging(QueryParameter.OneOf("status", Statuses), QueryParameter.OneOf("channel", Channels), QueryParameter.OneOf("class", Classes));
        dlq.MapPost("/{id}/redrive", RedriveAsync);
        dlq.MapDelete("/{id}", DeleteAsync);
    }

    private static async Task<Page<DlqResponse>> ListAsync(HttpRequest request, DlqStore store, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await store.ListAsync(
            Queries.OneOf(request, "status", Statuses), Queries.OneOf(request, "channel", Channels), Queries.OneOf(request, "class", Classes),
            paging.Limit, paging.Offset, cancellationToken);
        return Page<DlqResponse>.Of([.. items.Select(DlqResponse.Of)], total, paging);
    }

    private static async Task<DlqResponse> RedriveAsync(
        string id, ClaimsPrincipal user, DlqStore store, CancellationToken cancellationToken) =>
        DlqResponse.Of(await store.RedriveAsync(user.Caller(), Queries.Id(id), cancellationToken) ?? throw Missing());

    private static async Task<NoContent> DeleteAsync(
        string id, ClaimsPrincipal user, DlqStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(user.Caller(), Queries.Id(id), cancellationToken) ? TypedResults.NoContent() : throw Missing();

    private static RejectedException Missing() => RejectedException.NotFound("entry");
}

/// <summary>An entry of the dead-letter queue on the wire.</summary>
internal sealed record DlqResponse(
    Guid Id, Guid DeliveryId, Guid AlertId, string Channel, string Class, string? Reason, JsonElement AlertData, string ErrorMessage, int RetryCount,
    string Status, DateTimeOffset CreatedAt, DateTimeOffset? LastRetryAt, DateTimeOffset? NextAttemptAt)
{
    public static DlqResponse Of(DlqRow entry)
    {
        using var data = JsonDocument.Parse(entry.AlertData);
        return new DlqResponse(
            entry.Id, entry.DeliveryId, entry.AlertId, entry.Channel, entry.Class, entry.Reason, data.RootElement.Clone(), entry.ErrorMessage,
            entry.RetryCount, entry.Status, entry.CreatedAt, entry.LastRetryAt, entry.NextAttemptAt);
    }
}
