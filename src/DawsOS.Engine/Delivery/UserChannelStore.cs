using DawsOS.Storage;

namespace DawsOS.Delivery;

internal static class UserChannelStore
{
    public static Task<IReadOnlyDictionary<Guid, UserChannels>> ReadAsync(Session session, IEnumerable<Guid> userIds) =>
        Task.FromResult<IReadOnlyDictionary<Guid, UserChannels>>(userIds.Distinct().ToDictionary(id => id, id => new UserChannels { UserId = id, EmailAddress = "a@b.test" }));
}
