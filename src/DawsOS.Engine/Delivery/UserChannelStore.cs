using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>How users want to be told, one row each; who never said has the defaults.</summary>
internal sealed class UserChannelStore(Database database, TimeProvider clock)
{
    public Task<UserChannels> FindAsync(Caller caller, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadOneAsync(session, caller.UserId), cancellationToken);

    /// <summary>Replaces what the caller said before.</summary>
    public Task<UserChannels> PutAsync(Caller caller, ChannelsChange change, string requestId, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = clock.Now();
            await session.ExecuteAsync("delivery/put_channels", new { caller.UserId, change.TimeZone, change.EmailAddress, change.EmailEnabled, Now = now });
            await session.ExecuteAsync("accounts/insert_audit", new { rows = session.Rows([Audit(caller.UserId, change, requestId, now)]) });
            return await ReadOneAsync(session, caller.UserId);
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

    // Whether there is an own address, not which: the audit is read by others.
    private static AuditRow Audit(Guid userId, ChannelsChange change, string requestId, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), now, userId, "put_channels", $"user:{userId:D}", requestId,
        JsonSerializer.Serialize(new { time_zone = change.TimeZone, own_address = change.EmailAddress is not null, email_enabled = change.EmailEnabled }));

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
