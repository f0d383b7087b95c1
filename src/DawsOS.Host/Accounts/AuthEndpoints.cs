using System.Security.Claims;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Accounts;

/// <summary>Signing in and out, and what one may do.</summary>
internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithBodyLimit(KestrelLimits.SmallBody).WithTags("Accounts");
        auth.MapPost("/login", LoginAsync).AllowAnonymous().AsLogin();
        auth.MapPost("/refresh", RefreshAsync).AllowAnonymous();
        auth.MapPost("/logout", LogoutAsync);
        auth.MapPost("/password", ChangePasswordAsync).AsLogin();
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
        // Before it is counted: it costs nothing, and would use up what others may.
        if (body.Value.Email is null || body.Value.Password is null)
        {
            throw RejectedException.Validation(new FieldError(body.Value.Email is null ? "/email" : "/password", "It must be text."));
        }
        if (limits.TryTakeLogin(context, body.Value.Email) is { } wait)
        {
            await RateLimits.RefuseAsync(context, wait);
            return TypedResults.Empty;
        }
        var start = await signIn.TryAsync(body.Value.Email, body.Value.Password, UserSession.Api, Claims.Origin(context), cancellationToken)
            ?? throw new RejectedException(RejectionCodes.Unauthorized, SignIn.Failure);
        return TypedResults.Ok(TokenView.Of(start, tokens, context.Response));
    }

    private static async Task<Results<Ok<TokenView>, EmptyHttpResult>> RefreshAsync(
        JsonBody<RefreshRequest> body, HttpContext context, RateLimits limits, SessionStore sessions, Tokens tokens, CancellationToken cancellationToken)
    {
        var token = Given(body.Value.RefreshToken);
        var owner = await sessions.FindByRefreshAsync(token, cancellationToken);
        if (limits.TryTakeRefresh(context, owner) is { } wait)
        {
            await RateLimits.RefuseAsync(context, wait);
            return TypedResults.Empty;
        }
        var start = (owner is null ? null : await sessions.RefreshAsync(token, Claims.Origin(context), cancellationToken))
            ?? throw new RejectedException(RejectionCodes.Unauthorized, "The refresh token is not good (any more): sign in again.");
        return TypedResults.Ok(TokenView.Of(start, tokens, context.Response));
    }

    private static async Task<NoContent> LogoutAsync(
        JsonBody<RefreshRequest> body, ClaimsPrincipal user, SessionStore sessions, CancellationToken cancellationToken)
    {
        await sessions.LogoutAsync(user.Caller(), user.SessionId(), Given(body.Value.RefreshToken), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ChangePasswordAsync(
        JsonBody<PasswordChange> body, ClaimsPrincipal principal, UserStore users, Passwords passwords, CancellationToken cancellationToken)
    {
        var (caller, change) = (principal.Caller(), body.Value);
        if (change.CurrentPassword is null || change.NewPassword is null)
        {
            throw RejectedException.Validation(new FieldError(change.CurrentPassword is null ? "/current_password" : "/new_password", "It must be text."));
        }
        if (AccountRules.PasswordFault(change.NewPassword, principal.FindFirstValue(Claims.Email)) is { } fault)
        {
            throw RejectedException.Validation(new FieldError("/new_password", fault));
        }
        var user = (await users.FindAsync(caller.UserId, cancellationToken))!;
        if (!passwords.Check(user, change.CurrentPassword).Matches)
        {
            await users.FailPasswordAsync(caller, cancellationToken);
            throw Wrong();
        }
        return await users.ChangePasswordAsync(caller, user, passwords.Hash(change.NewPassword), principal.SessionId(), cancellationToken)
            ? TypedResults.NoContent()
            : throw Wrong();

        static RejectedException Wrong() => RejectedException.Validation(new FieldError("/current_password", "It is wrong."));
    }

    private static string Given(string? refreshToken) =>
        refreshToken ?? throw RejectedException.Validation(new FieldError("/refresh_token", "It must be text."));

    private static MeView Me(ClaimsPrincipal user)
    {
        var caller = user.Caller();
        return new MeView(caller.UserId, user.FindFirstValue(Claims.Email)!, AccountRules.Name(caller.Role));
    }
}

/// <summary>The body of <c>POST /auth/login</c>.</summary>
internal sealed record LoginRequest
{
    public required string? Email { get; init; }

    public required string? Password { get; init; }
}

/// <summary>The body of <c>POST /auth/refresh</c> and <c>POST /auth/logout</c>.</summary>
internal sealed record RefreshRequest
{
    public required string? RefreshToken { get; init; }
}

/// <summary>The body of <c>POST /auth/password</c>.</summary>
internal sealed record PasswordChange
{
    public required string? CurrentPassword { get; init; }

    public required string? NewPassword { get; init; }
}

/// <summary>An access token, the refresh token that is exchanged for the next ones, and whose they are.</summary>
internal sealed record TokenView(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, MeView User)
{
    public static TokenView Of(SessionStart start, Tokens tokens, HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        var user = start.User;
        return new TokenView(
            tokens.Access(user, start.Session.Id), start.RefreshToken!, "bearer", (int)SessionRules.Access.TotalSeconds,
            new MeView(user.Id, user.Email, AccountRules.Name(user.Role)));
    }
}

/// <summary>The signed-in user.</summary>
internal sealed record MeView(Guid Id, string Email, string Role);

/// <summary>What the role allows.</summary>
internal sealed record PermissionsView(string Role, IReadOnlyList<string> Permissions);
