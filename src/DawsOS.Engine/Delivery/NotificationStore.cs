using System.Text.Json.Serialization;

using DawsOS.Accounts;
using DawsOS.Canonical;
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

    /// <summary>Its place in the order of commits; only a stream reads it.</summary>
    [JsonIgnore]
    public long Position { get; init; }

    [JsonIgnore]
    public NotificationCursor Cursor => new(Position, Id);
}

/// <summary>Where a stream begins, and what it leaves out after that because it was there before.</summary>
internal sealed record StreamStart(NotificationCursor After, string Seen)
{
    /// <summary>The text of a Postgres snapshot that sees nothing.</summary>
    public const string NothingSeen = "1:1:";
}

/// <summary>A user's notifications; own rows only, and what was deleted is there for nobody.</summary>
internal sealed class NotificationStore(Database database, TimeProvider clock) : IDisposable
{
    private const int MostReaders = 4;

    // A signal may wake all streams at once; they must not take the connections of those who ingest.
    private readonly SemaphoreSlim _readers = new(MostReaders, MostReaders);

    /// <summary>Newest first.</summary>
    public Task<(IReadOnlyList<NotificationView> Items, long Total)> ListAsync(
        Caller caller, bool unreadOnly, int limit, int offset, CancellationToken cancellationToken)
    {
        var filter = new { userId = caller.UserId, unreadOnly = unreadOnly ? 1 : 0, limit, offset };
        return database.ReadAsync(
            As.User(caller), async session => (
                await session.QueryAsync<NotificationView>("delivery/list_notifications", filter),
                await session.FirstAsync<long>("delivery/count_notifications", filter)),
            cancellationToken);
    }

    /// <summary>Null when there is no such notification; the first time stays.</summary>
    public Task<NotificationView?> MarkReadAsync(Caller caller, Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), session => session.FirstAsync<NotificationView>("delivery/read_notification", new { userId = caller.UserId, id, now = clock.Now() }), cancellationToken);

    public Task MarkAllReadAsync(Caller caller, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), session => session.ExecuteAsync("delivery/read_all_notifications", new { userId = caller.UserId, now = clock.Now() }), cancellationToken);

    /// <summary>False when there is no such notification.</summary>
    public Task<bool> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session => await session.ExecuteAsync("delivery/delete_notification", new { userId = caller.UserId, id, now = clock.Now() }) == 1, cancellationToken);

    /// <summary>
    /// Where a stream begins: after <paramref name="last"/>, and without one at what is not committed yet. A cursor from the future (the database
    /// was restored) would wait for ever and counts as none.
    /// </summary>
    public Task<StreamStart> StartAsync(NotificationCursor? last, CancellationToken cancellationToken) => database.ReadAsync(
        As.Job, async session =>
        {
            var head = (await session.FirstAsync<Head>("delivery/find_notification_head"))!;
            return last is { } cursor && cursor.Position <= head.Position
                ? new StreamStart(cursor, StreamStart.NothingSeen)
                : new StreamStart(new NotificationCursor(head.Position, Guid.Empty), head.Seen);
        },
        cancellationToken);

    /// <summary>The next of a stream in the order of commits, which no transaction that commits later can come before.</summary>
    public async Task<IReadOnlyList<NotificationView>> ListAfterAsync(Caller caller, StreamStart start, int limit, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken);
        try
        {
            var (position, id) = start.After;
            return await database.ReadAsync(
                As.User(caller),
                session => session.QueryAsync<NotificationView>("delivery/list_notifications_after", new { userId = caller.UserId, position, id, seen = start.Seen, limit }),
                cancellationToken);
        }
        finally
        {
            _readers.Release();
        }
    }

    public void Dispose() => _readers.Dispose();

    private sealed record Head
    {
        public long Position { get; init; }

        public string Seen { get; init; } = "";
    }
}
