using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>The users table.</summary>
internal sealed class UserStore(Database database, TimeProvider clock)
{
    public Task<User?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync<User>("accounts/find_user", new { Id = id }), cancellationToken);

    public Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync<User>("accounts/find_user_by_email", new { Email = email }), cancellationToken);

    public Task<(IReadOnlyList<User> Users, long Total)> ListAsync(int limit, int offset, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session => (
                await session.QueryAsync<User>("accounts/list_users", new { Limit = limit, Offset = offset }),
                await session.FirstAsync<long>("accounts/count_users")),
            cancellationToken);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => await session.FirstAsync<long>("accounts/count_users") > 0, cancellationToken);

    /// <summary>Null when the email is taken.</summary>
    public Task<User?> CreateAsync(string email, string passwordHash, Role role, CancellationToken cancellationToken) =>
        InsertAsync("accounts/insert_user", email, passwordHash, role, cancellationToken);

    /// <summary>Null when there are users already, or another silo was first.</summary>
    public Task<User?> CreateFirstAsync(string email, string passwordHash, Role role, CancellationToken cancellationToken) =>
        InsertAsync("accounts/insert_first_user", email, passwordHash, role, cancellationToken);

    /// <summary>Null when there is no such user.</summary>
    /// <exception cref="RejectedException">Nobody would be left to administrate.</exception>
    public Task<User?> ChangeAsync(Guid id, UserChange change, CancellationToken cancellationToken) => database.WriteAsync<User?>(
        async session =>
        {
            var admins = await session.QueryAsync<Guid>("accounts/lock_admins");
            var user = await session.FirstAsync<User>("accounts/find_user", new { Id = id });
            if (user is null)
            {
                return null;
            }
            var changed = AccountRules.Apply(user, change);
            if (AccountRules.LeavesNoAdmin(changed, admins))
            {
                throw new RejectedException(RejectionCodes.Conflict, "This is the last active ADMIN: make another one first.");
            }
            await session.ExecuteAsync(
                "accounts/update_user", new { changed.Id, Role = AccountRules.Name(changed.Role), changed.IsActive, Now = clock.GetUtcNow() });
            return changed;
        },
        cancellationToken);

    /// <param name="user">The row as it was read for this login.</param>
    /// <param name="newHash">A stronger hash of the same password, or null to keep the one there is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task RecordLoginAsync(User user, string? newHash, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = clock.GetUtcNow();
            if (newHash is not null)
            {
                await session.ExecuteAsync("accounts/replace_password_hash", new { user.Id, OldHash = user.PasswordHash, NewHash = newHash, Now = now });
            }
            return await session.ExecuteAsync("accounts/record_login", new { user.Id, Now = now });
        },
        cancellationToken);

    private Task<User?> InsertAsync(string query, string email, string passwordHash, Role role, CancellationToken cancellationToken)
    {
        // As precise as it is stored, so that creating and reading answer the same.
        var now = ColumnTypes.FromMicroseconds(ColumnTypes.ToMicroseconds(clock.GetUtcNow()));
        var user = new User { Id = Guid.CreateVersion7(now), Email = email, PasswordHash = passwordHash, Role = role, IsActive = true, CreatedAt = now };
        return database.WriteAsync(
            async session => await session.ExecuteAsync(
                query, new { user.Id, user.Email, user.PasswordHash, Role = AccountRules.Name(role), user.IsActive, user.CreatedAt }) == 1 ? user : null,
            cancellationToken);
    }
}
