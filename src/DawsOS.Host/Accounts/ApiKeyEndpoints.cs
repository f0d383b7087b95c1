using System.Security.Claims;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Accounts;

/// <summary>Keys for programs, each acting as its owner.</summary>
internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/auth/api-keys").WithBodyLimit(KestrelLimits.SmallBody).WithTags("Accounts");
        keys.MapPost("", CreateAsync);
        keys.MapGet("", ListAsync).WithPaging();
        keys.MapDelete("/{id}", RevokeAsync);
    }

    private static async Task<Created<NewKeyView>> CreateAsync(
        JsonBody<NewKey> body, ClaimsPrincipal user, HttpResponse response, ApiKeyStore keys, TimeProvider clock, CancellationToken cancellationToken)
    {
        user.RequireSession("makes no keys");
        if (AccountRules.KeyFault(body.Value.Name, body.Value.ExpiresAt, clock.GetUtcNow()) is { } fault)
        {
            throw RejectedException.Validation(fault);
        }
        var (key, secret) = await keys.CreateAsync(user.Caller(), body.Value.Name!.Trim(), body.Value.ExpiresAt, cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new NewKeyView(key.Id, secret, key.Name, key.CreatedAt, key.ExpiresAt));
    }

    private static async Task<Page<KeyView>> ListAsync(HttpRequest request, ClaimsPrincipal user, ApiKeyStore keys, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await keys.ListAsync(user.Caller(), paging.Limit, paging.Offset, cancellationToken);
        return Page<KeyView>.Of([.. items.Select(key => new KeyView(key.Id, key.Name, key.CreatedAt, key.ExpiresAt, key.LastUsedAt))], total, paging);
    }

    private static async Task<NoContent> RevokeAsync(string id, ClaimsPrincipal user, ApiKeyStore keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(user.Caller(), Queries.Id(id), cancellationToken) ? TypedResults.NoContent() : throw RejectedException.NotFound("key");
}

/// <summary>The body of <c>POST /auth/api-keys</c>.</summary>
internal sealed record NewKey
{
    public required string? Name { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key when it is made: the only time that it is shown.</summary>
internal sealed record NewKeyView(Guid Id, string Key, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>A key in the list; last used to the minute.</summary>
internal sealed record KeyView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);
