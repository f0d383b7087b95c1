namespace DawsOS.Accounts;

/// <summary>What an account may look like.</summary>
internal static class AccountRules
{
    public const int MinPasswordLength = 12;

    // Longer ones only cost time.
    private const int MaxPasswordLength = 1024;
    private const int MaxEmailLength = 254;
    private const int MaxKeyName = 100;

    /// <summary>The form that is stored and compared.</summary>
    public static string NormaliseEmail(string email) => email.ToLowerInvariant();

    /// <summary>
    /// Null when the address can be stored. Visible ASCII only: what lower case is beyond that differs between the databases.
    /// </summary>
    public static string? EmailFault(string? email)
    {
        if (string.IsNullOrEmpty(email) || email.Length > MaxEmailLength)
        {
            return $"Give an address of 3 to {MaxEmailLength} characters.";
        }
        var at = email.IndexOf('@', StringComparison.Ordinal);
        var isAddress = at > 0 && at < email.Length - 1 && at == email.LastIndexOf('@') && email.All(c => c is > ' ' and <= '~');
        return isAddress ? null : "Give an address like name@example.com, in visible ASCII characters.";
    }

    /// <summary>Null when it may be a password of that account.</summary>
    public static string? PasswordFault(string password, string? email) =>
        password.Length is < MinPasswordLength or > MaxPasswordLength ? $"Give {MinPasswordLength} to {MaxPasswordLength} characters."
        : CommonPasswords.IsLike(password) || string.Equals(password, email, StringComparison.OrdinalIgnoreCase)
            ? "It is one that is tried first, or only a variation of such: take another."
            : null;

    /// <summary>Null when a key may be called that and end then.</summary>
    public static FieldError? KeyFault(string? name, DateTimeOffset? expiresAt, DateTimeOffset now) =>
        string.IsNullOrWhiteSpace(name) || name.Length > MaxKeyName || name.Any(char.IsControl) ? new FieldError("/name", $"Give a name of 1 to {MaxKeyName} characters.")
        : expiresAt <= now ? new FieldError("/expires_at", "Give an instant that is still to come, or none.")
        : null;

    /// <summary>Null when there is no role of that name; names are upper case, as they are answered.</summary>
    public static Role? ParseRole(string? name) => name switch
    {
        "VIEWER" => Role.Viewer,
        "USER" => Role.User,
        "MANAGER" => Role.Manager,
        "ADMIN" => Role.Admin,
        _ => null,
    };

    /// <summary>How a role is stored and answered.</summary>
    public static string Name(Role role) => role switch
    {
        Role.Viewer => "VIEWER",
        Role.User => "USER",
        Role.Manager => "MANAGER",
        Role.Admin => "ADMIN",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "There is no such role."),
    };

    public static User Apply(User user, UserChange change) =>
        user with { Role = change.Role ?? user.Role, IsActive = change.IsActive ?? user.IsActive };

    /// <summary>Whether no active ADMIN would be left, so that nobody could administrate any more.</summary>
    public static bool LeavesNoAdmin(User changed, IReadOnlyList<Guid> activeAdmins) =>
        !(changed.IsActive && changed.Role == Role.Admin) && activeAdmins.All(id => id == changed.Id);
}
