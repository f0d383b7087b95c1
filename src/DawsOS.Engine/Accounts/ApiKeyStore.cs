using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>API keys: each acts as its owner until it expires or is revoked.</summary>
internal sealed class ApiKeyStore(Database database, TimeProvider clock)
{
    /// <summary>Of one user, not revoked.</summary>
    public const int MaxKeys = 50;

    /// <summary>The user of a key that is good; null when there is none.</summary>
    public async Task<SignedIn?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var found = await database.ReadAsync(
            As.Job, session => session.FirstAsync<SignedIn>("accounts/find_key_owner", new { keyHash = Secrets.Hash(key), now }), cancellationToken);
        if (found is { IsActive: true, KeyId: { } id } && SessionRules.IsTouchDue(found.LastUsedAt, now))
        {
            await database.WriteAsync(As.Job, session => session.ExecuteAsync("accounts/touch_key", new { id, now }), cancellationToken);
        }
        return found;
    }

    /// <summary>A new key, in clear this once.</summary>
    /// <exception cref="RejectedException">conflict: there are <see cref="MaxKeys"/> already.</exception>
    public Task<(ApiKey Key, string Secret)> CreateAsync(Caller caller, string name, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var secret = Secrets.Make(Secrets.KeyPrefix);
        return database.WriteAsync(
            As.User(caller), async session =>
            {
                var now = clock.Now();
                // One at a time, so that two cannot both be the fiftieth.
                await session.FirstAsync<User>("accounts/lock_user", new { Id = caller.UserId });
                if (await session.FirstAsync<long>("accounts/count_keys", new { userId = caller.UserId }) >= MaxKeys)
                {
                    throw new RejectedException(RejectionCodes.Conflict, $"There are {MaxKeys} keys already: revoke one first.");
                }
                var key = new ApiKey { Id = Guid.CreateVersion7(now), UserId = caller.UserId, Name = name, CreatedAt = now, ExpiresAt = expiresAt };
                await session.ExecuteAsync("accounts/insert_key", new { key.Id, key.UserId, key.Name, KeyHash = Secrets.Hash(secret), key.CreatedAt, key.ExpiresAt });
                await Audit.AppendAsync(session, Audit.Of(caller, AuditActions.CreateKey, "api_key", key.Id, new { name, expiresAt }, now));
                return (key, secret);
            },
            cancellationToken);
    }

    /// <summary>Newest first, also expired ones.</summary>
    public Task<(IReadOnlyList<ApiKey> Items, long Total)> ListAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken)
    {
        var args = new { userId = caller.UserId, limit, offset };
        return database.ReadAsync(
            As.User(caller), async session => (await session.QueryAsync<ApiKey>("accounts/list_keys", args), await session.FirstAsync<long>("accounts/count_keys", args)),
            cancellationToken);
    }

    /// <summary>False when it is none of the caller's, or revoked already.</summary>
    public Task<bool> RevokeAsync(Caller caller, Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            var now = clock.Now();
            if (await session.ExecuteAsync("accounts/revoke_key", new { id, userId = caller.UserId, now }) == 0)
            {
                return false;
            }
            await Audit.AppendAsync(session, Audit.Of(caller, AuditActions.RevokeKey, "api_key", id, null, now));
            return true;
        },
        cancellationToken);
}

/// <summary>A row of <c>api_keys</c>, without its hash.</summary>
internal sealed record ApiKey
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public string Name { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute; null = never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
