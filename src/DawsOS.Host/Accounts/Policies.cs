using System.Security.Claims;

using Microsoft.AspNetCore.Authorization;

namespace DawsOS.Accounts;

/// <summary>Authorisation policies, one per role: the role or any above it.</summary>
internal static class Policies
{
    public const string Viewer = "viewer";
    public const string User = "user";
    public const string Manager = "manager";
    public const string Admin = "admin";

    /// <summary>ADMIN, by bearer token or by the cookie of /login: for pages that a browser opens.</summary>
    public const string AdminPage = "admin-page";

    /// <summary>The verified user of this request; throws where a route forgot to require one.</summary>
    public static Caller Caller(this ClaimsPrincipal principal) => new(
        Guid.ParseExact(principal.FindFirstValue(Claims.UserId)!, "D"),
        Enum.Parse<Role>(principal.FindFirstValue(Claims.Role)!, ignoreCase: true),
        new RequestOrigin(
            principal.FindFirstValue(Claims.RequestId) ?? "", principal.FindFirstValue(Claims.Address) ?? "", principal.FindFirstValue(Claims.UserAgent) ?? "",
            principal.FindFirstValue(Claims.Credential) ?? ""));

    /// <summary>The session of this request; null when it came with an API key.</summary>
    public static Guid? SessionId(this ClaimsPrincipal principal) =>
        Guid.TryParseExact(principal.FindFirstValue(Claims.Session), "D", out var id) ? id : null;

    /// <summary>Refuses API keys: what is done so must not outlive the key that did it.</summary>
    /// <exception cref="RejectedException">forbidden.</exception>
    public static void RequireSession(this ClaimsPrincipal principal, string what)
    {
        if (principal.SessionId() is null)
        {
            throw new RejectedException(RejectionCodes.Forbidden, $"A key {what}: sign in.");
        }
    }

    public static void Configure(AuthorizationOptions options)
    {
        // Every route wants a user unless it says AllowAnonymous.
        options.FallbackPolicy = options.DefaultPolicy;
        options.AddPolicy(Viewer, policy => policy.RequireRole(From(Role.Viewer)));
        options.AddPolicy(User, policy => policy.RequireRole(From(Role.User)));
        options.AddPolicy(Manager, policy => policy.RequireRole(From(Role.Manager)));
        options.AddPolicy(Admin, policy => policy.RequireRole(From(Role.Admin)));
        options.AddPolicy(AdminPage, policy => policy.AddAuthenticationSchemes(Schemes.Page).RequireRole(From(Role.Admin)));
    }

    private static IEnumerable<string> From(Role lowest) => Enum.GetValues<Role>().Where(role => role >= lowest).Select(AccountRules.Name);
}
