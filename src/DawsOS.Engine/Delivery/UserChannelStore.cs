using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>How users want to be told, one row each; who never said has the defaults.</summary>
internal sealed class UserChannelStore(Database database, TimeProvider clock)
{
    public Task<UserChannels> FindAsync(Caller caller, CancellationToken cancellationToken) =>
        database.ReadAsync(As.User(caller), session => ReadOneAsync(session, caller.UserId), cancellationToken);

    /// <summary>Replaces what the caller said before.</summary>
    public Task<UserChannels> PutAsync(Caller caller, ChannelsChange change, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            var now = clock.Now();
            var before = await ReadOneAsync(session, caller.UserId);
            await session.ExecuteAsync("delivery/put_channels", new { caller.UserId, change.TimeZone, change.EmailAddress, change.EmailEnabled, Now = now });
            var after = await ReadOneAsync(session, caller.UserId);
            await Audit.AppendAsync(session, Audit.Of(
                caller, AuditActions.PutChannels, "user", caller.UserId, new { before = Told(before), after = Told(after), ownAddress = change.EmailAddress is not null }, now));
            return after;
        },
        cancellationToken);

    /// <summary>Of every user that is asked for, in one query; one who does not exist is not active.</summary>
    public static async Task<IReadOnlyDictionary<Guid, UserChannels>> ReadAsync(Session session, IEnumerable<Guid> userIds)
    {
        var found = userIds.Distinct().ToDictionary(id => id, id => new UserChannels { UserId = id });
        foreach (var row in await session.QueryAsync<Row>("delivery/read_channels", new { ids = session.Rows(found.Keys) }))
        {
            found[row.UserId] = new UserChannels
            {
                UserId = row.UserId,
                TimeZone = row.TimeZone ?? UserChannels.DefaultTimeZone,
                EmailAddress = row.EmailAddress,
                EmailEnabled = row.EmailEnabled ?? true,
                UserIsActive = row.UserIsActive,
            };
        }
        return found;
    }

    private static async Task<UserChannels> ReadOneAsync(Session session, Guid userId) => (await ReadAsync(session, [userId]))[userId];

    // Not the address: the audit is read by others. Whether it is an own one is told beside it.
    private static object Told(UserChannels channels) => new { channels.TimeZone, channels.EmailEnabled };

    // A user's columns, and those of their channels where there is a row.
    private sealed record Row
    {
        public Guid UserId { get; init; }

        public string? TimeZone { get; init; }

        public string EmailAddress { get; init; } = "";

        public bool? EmailEnabled { get; init; }

        public bool UserIsActive { get; init; }
    }
}
