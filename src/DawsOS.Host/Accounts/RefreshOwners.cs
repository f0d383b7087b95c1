using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>Says whose a refresh token is before it is exchanged, for who is refused then must still have it.</summary>
internal sealed class RefreshOwners(Database database)
{
    /// <summary>The session of a token that was issued, good or not; null when it never was.</summary>
    public Task<Guid?> FindAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var tokenHash = Secrets.Hash(refreshToken);
        return database.ReadAsync(As.Job, session => session.FirstAsync<Guid?>("accounts/find_refresh_session", new { tokenHash }), cancellationToken);
    }
}
