using System.Security.Claims;
using System.Text.Json.Serialization;

using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Accounts;

/// <summary>Users, for an ADMIN.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/auth/users").WithBodyLimit(KestrelLimits.SmallBody).RequireAuthorization(Policies.Admin).WithTags("Accounts");
        users.MapGet("/", ListAsync).WithPaging();
        users.MapPost("/", CreateAsync);
        users.MapPatch("/{id}", ChangeAsync);
    }

    private static async Task<Ok<Page<UserView>>> ListAsync(HttpRequest request, ClaimsPrincipal admin, UserStore users, CancellationToken cancellationToken)
    {
        var paging = Paging.From(request);
        var (items, total) = await users.ListAsync(admin.Caller(), paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(Page<UserView>.Of([.. items.Select(user => UserView.Of(user))], total, paging));
    }

    private static async Task<Created<UserView>> CreateAsync(
        JsonBody<NewUser> body, ClaimsPrincipal admin, HttpResponse response, UserStore users, Passwords passwords, CancellationToken cancellationToken)
    {
        admin.RequireSession("makes no users");
        var wanted = body.Value;
        var role = AccountRules.ParseRole(wanted.Role);
        FieldError[] faults =
        [
            .. Fault("/email", AccountRules.EmailFault(wanted.Email)),
            .. Fault("/password", wanted.Password is null ? null : AccountRules.PasswordFault(wanted.Password, wanted.Email)),
            .. Fault("/role", role is null ? RoleFault : null),
        ];
        if (faults.Length > 0)
        {
            throw RejectedException.Validation([.. faults]);
        }
        var generated = wanted.Password is null ? Passwords.Generate() : null;
        var hash = passwords.Hash(wanted.Password ?? generated!);
        var user = await users.CreateAsync(admin.Caller(), AccountRules.NormaliseEmail(wanted.Email!), hash, role!.Value, cancellationToken)
            ?? throw new RejectedException(RejectionCodes.Conflict, "There is a user with this email already.");
        // It may hold a password.
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, UserView.Of(user, generated));
    }

    private static async Task<Ok<UserView>> ChangeAsync(
        string id, JsonBody<UserPatch> body, ClaimsPrincipal admin, UserStore users, CancellationToken cancellationToken)
    {
        admin.RequireSession("changes no users");
        var userId = Queries.Id(id);
        var patch = body.Value;
        if (patch.Role is null && patch.IsActive is null)
        {
            throw new RejectedException(RejectionCodes.EmptyPatch, "Give role, is_active or both.");
        }
        var role = AccountRules.ParseRole(patch.Role);
        if (patch.Role is not null && role is null)
        {
            throw RejectedException.Validation(new FieldError("/role", RoleFault));
        }
        var user = await users.ChangeAsync(admin.Caller(), userId, new UserChange(role, patch.IsActive), cancellationToken) ?? throw RejectedException.NotFound("user");
        return TypedResults.Ok(UserView.Of(user));
    }

    private const string RoleFault = "Give VIEWER, USER, MANAGER or ADMIN.";

    private static IEnumerable<FieldError> Fault(string pointer, string? message) => message is null ? [] : [new FieldError(pointer, message)];
}

/// <summary>The body of <c>POST /auth/users</c>.</summary>
internal sealed record NewUser
{
    public required string? Email { get; init; }

    public string? Password { get; init; }

    public required string? Role { get; init; }
}

/// <summary>The body of <c>PATCH /auth/users/{id}</c>.</summary>
internal sealed record UserPatch
{
    public string? Role { get; init; }

    public bool? IsActive { get; init; }
}

/// <summary>A user as an ADMIN sees it; the password only when it was generated, and only in the answer to its creation.</summary>
internal sealed record UserView(
    Guid Id, string Email, string Role, bool IsActive, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Password)
{
    public static UserView Of(User user, string? password = null) =>
        new(user.Id, user.Email, AccountRules.Name(user.Role), user.IsActive, user.CreatedAt, password);
}
