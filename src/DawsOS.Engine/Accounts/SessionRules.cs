namespace DawsOS.Accounts;

/// <summary>How long a sign-in lasts.</summary>
internal static class SessionRules
{
    /// <summary>Of an access token.</summary>
    public static readonly TimeSpan Access = TimeSpan.FromMinutes(15);

    /// <summary>Of a refresh token, so of a session that is not renewed.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromHours(24);

    /// <summary>Of a cookie that is not used.</summary>
    public static readonly TimeSpan BrowserIdle = TimeSpan.FromMinutes(15);

    /// <summary>However often it is renewed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>How long rows of sessions that ended are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    // Who works writes one row a minute, not one a request.
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    /// <summary>When a client's session that is begun or renewed now ends.</summary>
    public static DateTimeOffset ExpiresAt(DateTimeOffset createdAt, DateTimeOffset now) => Earlier(now + Refresh, createdAt + Longest);

    /// <summary>Whether it is time to write that something was used.</summary>
    public static bool IsTouchDue(DateTimeOffset? lastUsedAt, DateTimeOffset now) => lastUsedAt is null || now - lastUsedAt >= TouchEvery;

    /// <summary>What a refresh token is worth that was locked for its exchange.</summary>
    public static RefreshVerdict Judge(RefreshToken token, User user, DateTimeOffset now) =>
        token.EndedAt is not null || token.ExpiresAt <= now || !user.IsActive || LockoutRules.IsLocked(user, now) ? RefreshVerdict.Refused
        : token.RevokedAt is not null ? RefreshVerdict.Reused
        : RefreshVerdict.Good;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>What becomes of a refresh token that is shown.</summary>
internal enum RefreshVerdict
{
    /// <summary>It is exchanged.</summary>
    Good,

    /// <summary>Unknown, expired, of a session that ended, or of a user who may not sign in.</summary>
    Refused,

    /// <summary>It was exchanged before: somebody has a copy, so its session ends.</summary>
    Reused,
}

/// <summary>A row of <c>refresh_tokens</c> with what its session says.</summary>
internal sealed record RefreshToken
{
    public Guid SessionId { get; init; }

    public Guid UserId { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset SessionCreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
