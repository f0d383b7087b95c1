namespace DawsOS.Accounts;

/// <summary>When an account stops taking passwords: after five failures in a row, for half an hour.</summary>
internal static class LockoutRules
{
    public const int MaxFailures = 5;
    public static readonly TimeSpan LockFor = TimeSpan.FromMinutes(30);

    public static bool IsLocked(User user, DateTimeOffset now) => user.LockedUntil > now;

    /// <summary>The account after one more failure; one that is locked stays as it is, so that trying on does not lock it longer.</summary>
    public static User Failed(User user, DateTimeOffset now)
    {
        if (IsLocked(user, now))
        {
            return user;
        }
        var failures = user.FailedLoginAttempts + 1;
        return failures >= MaxFailures
            ? user with { FailedLoginAttempts = 0, LockedUntil = now + LockFor }
            : user with { FailedLoginAttempts = failures, LockedUntil = null };
    }
}
