using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>An in-app notification.</summary>
internal sealed record NotificationView
{
    public Guid Id { get; init; }

    public Guid? AlertId { get; init; }

    public string Message { get; init; } = "";

    public DateTimeOffset DeliveredAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public bool IsRead => ReadAt is not null;

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A user's notifications, newest first; own rows only.</summary>
internal sealed class NotificationStore(Database database)
{
    public Task<(IReadOnlyList<NotificationView> Items, long Total)> ListAsync(
        Caller caller, bool unreadOnly, int limit, int offset, CancellationToken cancellationToken)
    {
        var filter = new { userId = caller.UserId, unreadOnly = unreadOnly ? 1 : 0, limit, offset };
        return database.ReadAsync(
            async session => (
                await session.QueryAsync<NotificationView>("delivery/list_notifications", filter),
                await session.FirstAsync<long>("delivery/count_notifications", filter)),
            cancellationToken);
    }
}
