namespace DawsOS.Accounts;

/// <summary>A row of <c>users</c>.</summary>
internal sealed record User
{
    public Guid Id { get; init; }

    /// <summary>Always lower case.</summary>
    public string Email { get; init; } = "";

    public string PasswordHash { get; init; } = "";

    public Role Role { get; init; }

    public bool IsActive { get; init; }

    /// <summary>In a row, since the last sign-in or the last lock.</summary>
    public int FailedLoginAttempts { get; init; }

    /// <summary>Until then no password opens it; null or past: not locked.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an ADMIN changes on a user; null leaves it.</summary>
internal sealed record UserChange(Role? Role, bool? IsActive);
