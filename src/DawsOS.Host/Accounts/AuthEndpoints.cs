using System.Security.Claims;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Accounts;

/// <summary>Signing in for a token, and what one may do.</summary>
internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Accounts");
        auth.MapPost("/login", LoginAsync).AllowAnonymous().AsLogin();
        auth.MapGet("/me", (ClaimsPrincipal user) => TypedResults.Ok(Me(user)));
        auth.MapGet("/permissions", (ClaimsPrincipal user) =>
        {
            var role = user.Caller().Role;
            return TypedResults.Ok(new PermissionsView(AccountRules.Name(role), PermissionRules.Of(role)));
        });
    }

    private static async Task<Results<Ok<TokenView>, EmptyHttpResult>> LoginAsync(
        JsonBody<LoginRequest> body, HttpContext context, RateLimits limits, SignIn signIn, Tokens tokens, CancellationToken cancellationToken)
    {
        if (limits.TryTakeLogin(context, body.Value.Email) is { } wait)
        {
            await RateLimits.RefuseAsync(context, wait);
            return TypedResults.Empty;
        }
        if (body.Value.Email is null || body.Value.Password is null)
        {
            throw RejectedException.Validation(new FieldError(body.Value.Email is null ? "/email" : "/password", "It must be text."));
        }
        var user = await signIn.TryAsync(body.Value.Email, body.Value.Password, cancellationToken)
            ?? throw new RejectedException(RejectionCodes.Unauthorized, SignIn.Failure);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TokenView(
            tokens.Access(user), "bearer", (int)Tokens.AccessLifetime.TotalSeconds, new MeView(user.Id, user.Email, AccountRules.Name(user.Role))));
    }

    private static MeView Me(ClaimsPrincipal user)
    {
        var caller = user.Caller();
        return new MeView(caller.UserId, user.FindFirstValue("email")!, AccountRules.Name(caller.Role));
    }
}

/// <summary>The body of <c>POST /auth/login</c>.</summary>
internal sealed record LoginRequest
{
    public required string? Email { get; init; }

    public required string? Password { get; init; }
}

/// <summary>An access token and whose it is.</summary>
internal sealed record TokenView(string AccessToken, string TokenType, int ExpiresIn, MeView User);

/// <summary>The signed-in user.</summary>
internal sealed record MeView(Guid Id, string Email, string Role);

/// <summary>What the role allows.</summary>
internal sealed record PermissionsView(string Role, IReadOnlyList<string> Permissions);
