using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>What a sign-in, good or bad, leaves behind: the account's failures, a session, the audit. One transaction each.</summary>
internal sealed class LoginStore(Database database, TimeProvider clock)
{
    /// <summary>Begins a session; null when the account was locked or switched off meanwhile, whatever the password.</summary>
    /// <param name="user">The row as it was read for this login.</param>
    /// <param name="newHash">A stronger hash of the same password, or null to keep the one there is.</param>
    /// <param name="opens">Whether the password opens another hash; asked when the row's was replaced meanwhile.</param>
    /// <param name="kind">See <see cref="UserSession"/>.</param>
    /// <param name="origin">Where from.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<SessionStart?> BeginAsync(
        User user, string? newHash, Func<User, bool> opens, string kind, RequestOrigin origin, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            var now = clock.Now();
            // Only now: failures that were recorded while this password was hashed count.
            var locked = await session.FirstAsync<User>("accounts/lock_user", new { user.Id });
            if (locked is not { IsActive: true } || LockoutRules.IsLocked(locked, now) || !(locked.PasswordHash == user.PasswordHash || opens(locked)))
            {
                await Audit.AppendAsync(session, Refusal(user.Id, AuditActions.LoginLocked, origin, now));
                return null;
            }
            if (newHash is not null && locked.PasswordHash == user.PasswordHash)
            {
                await session.ExecuteAsync("accounts/set_password", new { user.Id, Hash = newHash, Now = now });
            }
            await session.ExecuteAsync("accounts/record_login", new { user.Id, Now = now });
            await session.ExecuteAsync("accounts/purge_sessions", new { userId = user.Id, before = now - SessionRules.Kept });
            var begun = new UserSession
            {
                Id = Guid.CreateVersion7(now),
                UserId = user.Id,
                Kind = kind,
                CreatedAt = now,
                LastUsedAt = now,
                ExpiresAt = kind == UserSession.Browser ? now + SessionRules.BrowserIdle : SessionRules.ExpiresAt(now, now),
                IpAddress = origin.Address,
                UserAgent = origin.UserAgent,
            };
            await session.ExecuteAsync("accounts/insert_session", begun);
            var refresh = kind == UserSession.Api ? await SessionStore.IssueRefreshAsync(session, begun, now) : null;
            await Audit.AppendAsync(session, Audit.Of(user.Id, origin, AuditActions.Login, "session", begun.Id, new { kind }, now));
            return new SessionStart(locked, begun, refresh);
        },
        cancellationToken);

    /// <summary>Counts a failure of that account; null = there is no such account, which takes as long.</summary>
    public Task<bool> FailAsync(User? user, RequestOrigin origin, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            var now = clock.Now();
            var locked = user is null ? null : await session.FirstAsync<User>("accounts/lock_user", new { user.Id });
            await Audit.AppendAsync(session, Refusal(
                locked?.Id, locked is not null && LockoutRules.IsLocked(locked, now) ? AuditActions.LoginLocked : AuditActions.LoginFailed, origin, now));
            return locked is not null && await FailAsync(session, locked, now);
        },
        cancellationToken);

    /// <summary>Whether that locked the account just now.</summary>
    public static async Task<bool> FailAsync(Session session, User locked, DateTimeOffset now)
    {
        var after = LockoutRules.Failed(locked, now);
        await session.ExecuteAsync("accounts/record_failure", new { after.Id, after.FailedLoginAttempts, after.LockedUntil });
        return after.LockedUntil != locked.LockedUntil && LockoutRules.IsLocked(after, now);
    }

    // An address that nobody has may be a password in the wrong field: it is not kept.
    private static AuditRow Refusal(Guid? userId, string action, RequestOrigin origin, DateTimeOffset now) =>
        Audit.Of(userId, origin, action, "user", userId?.ToString("D") ?? "", null, now);
}

/// <summary>A session that has begun or was renewed, with the user as the row says now.</summary>
/// <param name="User">Whose.</param>
/// <param name="Session">Which.</param>
/// <param name="RefreshToken">In clear, this once; null for a browser.</param>
internal sealed record SessionStart(User User, UserSession Session, string? RefreshToken);
