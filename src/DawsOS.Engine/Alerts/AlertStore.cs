using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Series;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>An alert after a change, with what was decided in the same transaction.</summary>
internal sealed record AlertChanged(Alert Alert, Decided Decided);

/// <summary>
/// The alert rows and their transactions. Whoever creates or changes an alert first share-locks its series, so that either it sees an ingest's
/// new value or the ingest sees it.
/// </summary>
internal sealed class AlertStore(Database database)
{
    public Task<Alert?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync<Alert>("alerts/find_own", new { id, userId = caller.UserId }), cancellationToken);

    /// <summary>When the alert wants to be woken; null also when it is deleted or inactive.</summary>
    public Task<DateTimeOffset?> WakeAtAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.FirstAsync<WakeRow>("alerts/find_wake", new { id }))?.WakeAt, cancellationToken);

    /// <param name="caller">Whose alerts.</param>
    /// <param name="isActive">Null = both.</param>
    /// <param name="type">Empty = all.</param>
    /// <param name="state">Empty = all.</param>
    /// <param name="now">States depend on it.</param>
    /// <param name="limit">Page size.</param>
    /// <param name="offset">Rows to skip; newest first.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<(IReadOnlyList<Alert> Items, long Total)> ListAsync(
        Caller caller, bool? isActive, string type, string state, DateTimeOffset now, int limit, int offset, CancellationToken cancellationToken)
    {
        var filter = new { userId = caller.UserId, isActive = isActive is { } wanted ? (wanted ? 1 : 0) : -1, type, state, now, limit, offset };
        return database.ReadAsync(
            async session => (await session.QueryAsync<Alert>("alerts/list_own", filter), await session.FirstAsync<long>("alerts/count_own", filter)),
            cancellationToken);
    }

    /// <summary>Stores the alert; an active one whose condition is true is decided at once.</summary>
    public Task<AlertChanged> CreateAsync(Caller caller, Alert alert, Condition condition, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await ShareAsync(session, caller, [condition.SeriesId]);
            await session.ExecuteAsync("alerts/insert_alert", alert);
            await WriteLeavesAsync(session, alert.Id, condition, recheck: false);
            await WriteVersionAsync(session, caller, alert);
            return await DecideAsync(session, alert, alert.CreatedAt);
        },
        cancellationToken);

    /// <summary>Changes the alert by <paramref name="edit"/>; one that is switched on again is decided at once. Null when it is not the caller's.</summary>
    public Task<AlertChanged?> ChangeAsync(
        Caller caller, Guid id, Condition? newCondition, Func<Alert, Alert> edit, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            if (await LockSharedAsync(session, caller, id, newCondition) is not { } before)
            {
                return null;
            }
            var (after, recheck) = AlertRules.Edit(before, edit(before));
            await session.ExecuteAsync("alerts/update_alert", after);
            await WriteVersionAsync(session, caller, after);
            if (newCondition is not null && after.RuleVersion != before.RuleVersion)
            {
                await session.ExecuteAsync("alerts/delete_leaves", new { alertId = id });
                await WriteLeavesAsync(session, id, newCondition, recheck: true);
            }
            else if (recheck is { } value)
            {
                await session.ExecuteAsync("alerts/set_recheck", new { rows = session.Rows([new { AlertId = id, Recheck = value ? 1 : 0 }]) });
            }
            if (!before.IsActive && after.IsActive)
            {
                return await DecideAsync(session, after, now);
            }
            return new AlertChanged(after, new Decided([], after.WakeAt != before.WakeAt ? [id] : []));
        },
        cancellationToken);

    public Task<bool> DeleteAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            if (await session.ExecuteAsync("alerts/delete_alert", new { id, userId = caller.UserId, now }) == 0)
            {
                return false;
            }
            await session.ExecuteAsync("alerts/delete_leaves", new { alertId = id });
            return true;
        },
        cancellationToken);

    /// <summary>Decides now, inactive or not; null when it is not the caller's.</summary>
    public Task<Decided?> EvaluateAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session => await session.FirstAsync<Alert>("alerts/lock_own", new { id, userId = caller.UserId }) is { } alert
            ? await AlertDecisions.DecideAsync(session, [alert], now)
            : null,
        cancellationToken);

    /// <summary>What deciding now would come to; writes nothing. Null when it is not the caller's.</summary>
    public Task<DecisionMade?> PreviewAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.FirstAsync<Alert>("alerts/find_own", new { id, userId = caller.UserId }) is { } alert
            ? await AlertDecisions.PreviewAsync(session, alert, now)
            : null,
        cancellationToken);

    /// <summary>Decides the alerts whose wake time has come; other silos' locked ones are passed over.</summary>
    public Task<(int Taken, Decided Decided)> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var due = await session.QueryAsync<Alert>("alerts/lock_due", new { now, limit });
            return (due.Count, await AlertDecisions.DecideAsync(session, due, now));
        },
        cancellationToken);

    /// <summary>Decides this one alert if its wake time has come.</summary>
    public Task<Decided> WakeOneAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async session => await AlertDecisions.DecideAsync(session, await session.QueryAsync<Alert>("alerts/lock_one_due", new { id, now }), now),
        cancellationToken);

    private static async Task<AlertChanged> DecideAsync(Session session, Alert alert, DateTimeOffset now)
    {
        var decided = await AlertDecisions.DecideAsync(session, [alert], now);
        return new AlertChanged(decided.Made.FirstOrDefault()?.Decision.After ?? alert, decided);
    }

    // The series to lock are known only from the row, which may change before it is locked: then look again.
    private static async Task<Alert?> LockSharedAsync(Session session, Caller caller, Guid id, Condition? newCondition)
    {
        var key = new { id, userId = caller.UserId };
        var seen = await session.FirstAsync<Alert>("alerts/find_own", key);
        while (seen is not null)
        {
            var wanted = newCondition?.SeriesId ?? ConditionReader.Stored(seen.ConditionJson).SeriesId;
            await ShareAsync(session, caller, [wanted]);
            var locked = await session.FirstAsync<Alert>("alerts/lock_own", key);
            if (locked is null || newCondition is not null || locked.ConditionJson == seen.ConditionJson)
            {
                return locked;
            }
            seen = locked;
        }
        return null;
    }

    private static async Task ShareAsync(Session session, Caller caller, ImmutableArray<string> seriesIds)
    {
        foreach (var id in seriesIds)
        {
            if (!await SeriesStore.MaySeeAsync(session, caller, id))
            {
                throw RejectedException.NotFound("series");
            }
        }
        var ids = session.Rows(seriesIds);
        await session.ExecuteAsync("series/ensure_series", new { ids });
        await session.QueryAsync<string>("series/share_series", new { ids });
    }

    private static async Task WriteLeavesAsync(Session session, Guid alertId, Condition condition, bool recheck)
    {
        var boundaries = AlertRules.BoundariesOf(condition);
        for (var part = 0; part < boundaries.Length; part++)
        {
            await session.ExecuteAsync("alerts/insert_leaf", new { alertId, leaf = 0, part, seriesId = condition.SeriesId, boundary = boundaries[part], recheck });
        }
    }

    private static Task<int> WriteVersionAsync(Session session, Caller caller, Alert alert) => session.ExecuteAsync("alerts/insert_version", new
    {
        alertId = alert.Id,
        alert.RowVersion,
        alert.RuleVersion,
        alertJson = CanonicalJson.Of(alert).ToString(),
        now = alert.UpdatedAt,
        changedBy = caller.UserId,
    });

    private sealed record WakeRow
    {
        public DateTimeOffset? WakeAt { get; init; }
    }
}
