using System.Security.Claims;

namespace DawsOS.Accounts;

/// <summary>Authorisation policies, one per role: the role or any above it.</summary>
internal static class Policies
{
    public const string Viewer = "viewer";
    public const string User = "user";
    public const string Manager = "manager";
    public const string Admin = "admin";

    /// <summary>The verified user of this request; throws where a route forgot to require one.</summary>
    public static Caller Caller(this ClaimsPrincipal principal) => new(
        Guid.ParseExact(principal.FindFirstValue("user_id")!, "D"),
        Enum.Parse<Role>(principal.FindFirstValue("role")!, ignoreCase: true));
}
