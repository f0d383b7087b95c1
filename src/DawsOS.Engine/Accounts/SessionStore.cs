using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>Sessions and their refresh tokens.</summary>
internal sealed class SessionStore(Database database, TimeProvider clock)
{
    /// <summary>The user of a session that is neither ended nor expired; null when there is none.</summary>
    public async Task<SignedIn?> FindAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var found = await database.ReadAsync(
            As.Job, session => session.FirstAsync<SignedIn>("accounts/find_signed_in", new { sessionId, userId, now }), cancellationToken);
        if (found is { IsActive: true } && SessionRules.IsTouchDue(found.LastUsedAt, now))
        {
            await database.WriteAsync(
                As.Job, session => session.ExecuteAsync("accounts/touch_session", new
                {
                    sessionId,
                    now,
                    browserUntil = now + SessionRules.BrowserIdle,
                    oldest = now - SessionRules.Longest,
                }),
                cancellationToken);
        }
        return found;
    }

    /// <summary>The session that a refresh token was issued to, whether it is good or not; null when it never was.</summary>
    public Task<Guid?> FindByRefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var tokenHash = Secrets.Hash(refreshToken);
        return database.ReadAsync(As.Job, session => session.FirstAsync<Guid?>("accounts/find_refresh_session", new { tokenHash }), cancellationToken);
    }

    /// <summary>Exchanges a refresh token for the next one; null when it is not good, and then its session may have ended.</summary>
    public Task<SessionStart?> RefreshAsync(string refreshToken, RequestOrigin origin, CancellationToken cancellationToken)
    {
        var tokenHash = Secrets.Hash(refreshToken);
        return database.WriteAsync<SessionStart?>(
            As.Job, async session =>
            {
                var now = clock.Now();
                if (await session.FirstAsync<RefreshToken>("accounts/lock_refresh_token", new { tokenHash }) is not { } token)
                {
                    return null;
                }
                var user = (await session.FirstAsync<User>("accounts/find_user", new { Id = token.UserId }))!;
                switch (SessionRules.Judge(token, user, now))
                {
                    case RefreshVerdict.Good:
                        await session.ExecuteAsync("accounts/revoke_refresh_token", new { tokenHash, now });
                        await session.ExecuteAsync("accounts/purge_refresh_tokens", new { sessionId = token.SessionId, now });
                        var renewed = new UserSession { Id = token.SessionId, UserId = user.Id, ExpiresAt = SessionRules.ExpiresAt(token.SessionCreatedAt, now) };
                        await session.ExecuteAsync("accounts/renew_session", new { sessionId = renewed.Id, now, expiresAt = renewed.ExpiresAt });
                        return new SessionStart(user, renewed, await IssueRefreshAsync(session, renewed, now));
                    case RefreshVerdict.Reused:
                        await session.ExecuteAsync("accounts/end_session", new { id = token.SessionId, userId = user.Id, now, reason = AuditActions.RefreshReused });
                        await Audit.AppendAsync(session, Audit.Of(user.Id, origin, AuditActions.RefreshReused, "session", token.SessionId, null, now));
                        return null;
                    default:
                        return null;
                }
            },
            cancellationToken);
    }

    /// <summary>Newest first, those that can still be used.</summary>
    public Task<(IReadOnlyList<UserSession> Items, long Total)> ListAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken)
    {
        var args = new { userId = caller.UserId, now = clock.Now(), limit, offset };
        return database.ReadAsync(
            As.User(caller), async session => (await session.QueryAsync<UserSession>("accounts/list_sessions", args), await session.FirstAsync<long>("accounts/count_sessions", args)),
            cancellationToken);
    }

    /// <summary>Ends one of the caller's; false when there is none of that id.</summary>
    public Task<bool> EndAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(As.User(caller), session => EndAsync(session, caller, id, clock.Now()), cancellationToken);

    /// <summary>Ends the session of a refresh token and the one that asked, where they are the caller's; what is ended already stays so.</summary>
    public Task<bool> LogoutAsync(Caller caller, Guid? current, string refreshToken, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            var now = clock.Now();
            var token = await session.FirstAsync<RefreshToken>("accounts/lock_refresh_token", new { tokenHash = Secrets.Hash(refreshToken) });
            foreach (var id in new[] { token?.SessionId, current }.OfType<Guid>().Distinct())
            {
                await EndAsync(session, caller, id, now);
            }
            return true;
        },
        cancellationToken);

    /// <summary>A new refresh token of the session, in clear this once.</summary>
    public static async Task<string> IssueRefreshAsync(Session session, UserSession of, DateTimeOffset now)
    {
        var token = Secrets.Make(Secrets.RefreshPrefix);
        await session.ExecuteAsync("accounts/insert_refresh_token", new
        {
            TokenHash = Secrets.Hash(token),
            SessionId = of.Id,
            of.UserId,
            Now = now,
            of.ExpiresAt,
        });
        return token;
    }

    /// <summary>Ends all of a user's but the spared one.</summary>
    public static Task EndAllAsync(Session session, Guid userId, Guid? spared, string reason, DateTimeOffset now) =>
        session.ExecuteAsync("accounts/end_sessions", new { userId, spared = spared ?? Guid.Empty, now, reason });

    private static async Task<bool> EndAsync(Session session, Caller caller, Guid id, DateTimeOffset now)
    {
        if (await session.ExecuteAsync("accounts/end_session", new { id, userId = caller.UserId, now, reason = AuditActions.EndSession }) == 0)
        {
            return false;
        }
        await Audit.AppendAsync(session, Audit.Of(caller, AuditActions.EndSession, "session", id, null, now));
        return true;
    }
}
