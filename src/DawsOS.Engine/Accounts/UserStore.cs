using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>The users table.</summary>
internal sealed class UserStore(Database database, TimeProvider clock)
{
    public Task<User?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(As.Job, session => session.FirstAsync<User>("accounts/find_user", new { Id = id }), cancellationToken);

    public Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        database.ReadAsync(As.Job, session => session.FirstAsync<User>("accounts/find_user_by_email", new { Email = email }), cancellationToken);

    public Task<(IReadOnlyList<User> Users, long Total)> ListAsync(Caller caller, int limit, int offset, CancellationToken cancellationToken) =>
        database.ReadAsync(
            As.User(caller), async session => (
                await session.QueryAsync<User>("accounts/list_users", new { Limit = limit, Offset = offset }),
                await session.FirstAsync<long>("accounts/count_users")),
            cancellationToken);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(As.Job, async session => await session.FirstAsync<long>("accounts/count_users") > 0, cancellationToken);

    /// <summary>Null when the email is taken.</summary>
    public Task<User?> CreateAsync(Caller caller, string email, string passwordHash, Role role, CancellationToken cancellationToken) =>
        InsertAsync("accounts/insert_user", caller, email, passwordHash, role, cancellationToken);

    /// <summary>Null when there are users already, or another silo was first.</summary>
    public Task<User?> CreateFirstAsync(string email, string passwordHash, Role role, CancellationToken cancellationToken) =>
        InsertAsync("accounts/insert_first_user", null, email, passwordHash, role, cancellationToken);

    /// <summary>Changes a user at once; one who is switched off has no session and no API key any more. Null when there is no such user.</summary>
    /// <exception cref="RejectedException">Nobody would be left to administrate.</exception>
    public Task<User?> ChangeAsync(Caller caller, Guid id, UserChange change, CancellationToken cancellationToken) => database.WriteAsync<User?>(
        As.User(caller), async session =>
        {
            var admins = await session.QueryAsync<Guid>("accounts/lock_admins");
            var user = await session.FirstAsync<User>("accounts/lock_user", new { Id = id });
            if (user is null)
            {
                return null;
            }
            var changed = AccountRules.Apply(user, change);
            if (AccountRules.LeavesNoAdmin(changed, admins))
            {
                throw new RejectedException(RejectionCodes.Conflict, "This is the last active ADMIN: make another one first.");
            }
            var now = clock.Now();
            await session.ExecuteAsync("accounts/update_user", new { changed.Id, Role = AccountRules.Name(changed.Role), changed.IsActive, Now = now });
            if (!changed.IsActive)
            {
                await SessionStore.EndAllAsync(session, id, null, AuditActions.ChangeUser, now);
                await session.ExecuteAsync("accounts/revoke_keys", new { userId = id, now });
            }
            await Audit.AppendAsync(session, Audit.Of(caller, AuditActions.ChangeUser, "user", id, new { before = Told(user), after = Told(changed) }, now));
            return changed;
        },
        cancellationToken);

    /// <summary>Replaces the password that was checked; all sessions but the caller's own end. False when it was replaced meanwhile, or the account is locked.</summary>
    public Task<bool> ChangePasswordAsync(Caller caller, User user, string newHash, Guid? session, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async transaction =>
        {
            var now = clock.Now();
            var locked = await transaction.FirstAsync<User>("accounts/lock_user", new { user.Id });
            if (locked is null || locked.PasswordHash != user.PasswordHash || LockoutRules.IsLocked(locked, now))
            {
                return false;
            }
            await transaction.ExecuteAsync("accounts/set_password", new { user.Id, Hash = newHash, Now = now });
            await SessionStore.EndAllAsync(transaction, user.Id, session, AuditActions.ChangePassword, now);
            await Audit.AppendAsync(transaction, Audit.Of(caller, AuditActions.ChangePassword, "user", user.Id, null, now));
            return true;
        },
        cancellationToken);

    /// <summary>Counts a wrong password that was given for its change, like one at a login.</summary>
    public Task<bool> FailPasswordAsync(Caller caller, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            var now = clock.Now();
            await Audit.AppendAsync(session, Audit.Of(caller, AuditActions.ChangePasswordFailed, "user", caller.UserId, null, now));
            return await session.FirstAsync<User>("accounts/lock_user", new { Id = caller.UserId }) is { } user && await LoginStore.FailAsync(session, user, now);
        },
        cancellationToken);

    private Task<User?> InsertAsync(string query, Caller? caller, string email, string passwordHash, Role role, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var user = new User { Id = Guid.CreateVersion7(now), Email = email, PasswordHash = passwordHash, Role = role, IsActive = true, CreatedAt = now };
        return database.WriteAsync(
            caller is null ? As.Job : As.User(caller), async session =>
            {
                if (await session.ExecuteAsync(
                    query, new { user.Id, user.Email, user.PasswordHash, Role = AccountRules.Name(role), user.IsActive, user.CreatedAt }) == 0)
                {
                    return null;
                }
                await Audit.AppendAsync(session, Audit.Of(caller?.UserId, caller?.Origin, AuditActions.CreateUser, "user", user.Id, new { after = Told(user) }, now));
                return user;
            },
            cancellationToken);
    }

    // Not the address: the audit is kept for longer than people want to be known.
    private static object Told(User user) => new { role = AccountRules.Name(user.Role), user.IsActive };
}
