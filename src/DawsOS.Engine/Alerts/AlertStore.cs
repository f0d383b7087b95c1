using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Delivery;
using DawsOS.Series;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>An alert after a change, with what was decided in the same transaction.</summary>
internal sealed record AlertChanged(Alert Alert, Decided Decided);

/// <summary>
/// The alert rows and their transactions. Whoever creates or changes an alert first share-locks its series, so that either it sees an ingest's
/// new value or the ingest sees it.
/// </summary>
internal sealed class AlertStore(Database database, EmailOptions email)
{
    public Task<Alert?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(As.User(caller), session => session.FirstAsync<Alert>("alerts/find_own", new { id, userId = caller.UserId }), cancellationToken);

    /// <summary>When the alert wants to be woken; null also when it is deleted or inactive.</summary>
    public Task<DateTimeOffset?> WakeAtAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(As.Job, async session => (await session.FirstAsync<WakeRow>("alerts/find_wake", new { id }))?.WakeAt, cancellationToken);

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
            As.User(caller), async session => (await session.QueryAsync<Alert>("alerts/list_own", filter), await session.FirstAsync<long>("alerts/count_own", filter)),
            cancellationToken);
    }

    /// <summary>Stores the alert; an active one whose condition is true is decided at once, and a cross alert takes the side it is on.</summary>
    public Task<AlertChanged> CreateAsync(Caller caller, Alert alert, ConditionReading reading, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            var condition = reading.Condition!;
            await CheckPortfoliosAsync(session, caller, reading);
            await CheckRoomAsync(session, caller);
            await ShareAsync(session, caller, condition);
            await session.ExecuteAsync("alerts/insert_alert", alert);
            await WriteLeavesAsync(session, alert.Id, condition, recheck: false);
            await WriteVersionAsync(session, caller, alert);
            await AuditAsync(session, caller, AuditActions.CreateAlert, alert.Id, null, alert, alert.CreatedAt);
            return await DecideAsync(session, alert, alert.CreatedAt);
        },
        cancellationToken);

    /// <summary>Changes the alert by <paramref name="edit"/>; one that is switched on again is decided at once. Null when it is not the caller's.</summary>
    /// <exception cref="RejectedException">validation_failed: the alert that would come of it cannot be.</exception>
    public Task<AlertChanged?> ChangeAsync(
        Caller caller, Guid id, ConditionReading? reading, Func<Alert, Alert> edit, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            if (reading is not null)
            {
                await CheckPortfoliosAsync(session, caller, reading);
            }
            if (await LockSharedAsync(session, caller, id, reading?.Condition) is not { } before)
            {
                return null;
            }
            var edited = edit(before);
            var condition = reading?.Condition ?? ConditionReader.Stored(before.ConditionJson);
            if (AlertChecks.Faults(edited, condition).ToImmutableArray() is { Length: > 0 } faults)
            {
                throw RejectedException.Validation(faults);
            }
            var after = AlertRules.Edit(before, edited, await AlertDecisions.EvaluateAsync(session, condition, before.CreatedAt, now), now);
            await session.ExecuteAsync("alerts/update_alert", after);
            if (before.Latched && !after.Latched)
            {
                // It fired on a rule that is none any more.
                await session.ExecuteAsync("alerts/clear_firings", new { ids = session.Rows([id]), now });
            }
            await WriteVersionAsync(session, caller, after);
            await AuditAsync(session, caller, AuditActions.ChangeAlert, id, before, after, now);
            if (after.ConditionJson != before.ConditionJson)
            {
                await session.ExecuteAsync("alerts/delete_leaves", new { alertId = id });
                await WriteLeavesAsync(session, id, condition, after.Recheck);
            }
            else if (after.Recheck != before.Recheck)
            {
                await session.ExecuteAsync("alerts/set_recheck", new { rows = session.Rows([new { AlertId = id, Recheck = after.Recheck ? 1 : 0 }]) });
            }
            if (!before.IsActive && after.IsActive)
            {
                return await DecideAsync(session, after, now);
            }
            return new AlertChanged(after, Decided.Nothing with { Wakes = after.WakeAt != before.WakeAt ? [id] : [] });
        },
        cancellationToken);

    public Task<bool> DeleteAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            var key = new { id, userId = caller.UserId };
            if (await session.FirstAsync<Alert>("alerts/lock_own", key) is not { } before)
            {
                return false;
            }
            await session.ExecuteAsync("alerts/delete_alert", new { key.id, key.userId, now });
            await session.ExecuteAsync("alerts/delete_leaves", new { alertId = id });
            await AuditAsync(session, caller, AuditActions.DeleteAlert, id, before, null, now);
            return true;
        },
        cancellationToken);

    /// <summary>Decides now, inactive or not; null when it is not the caller's.</summary>
    public Task<Decided?> EvaluateAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.User(caller), async session =>
        {
            await session.QueryAsync<string>("alerts/share_series", new { id });
            return await session.FirstAsync<Alert>("alerts/lock_own", new { id, userId = caller.UserId }) is { } alert
                ? await AlertDecisions.DecideAsync(session, email, [alert], now, explain: true)
                : null;
        },
        cancellationToken);

    /// <summary>What deciding now would come to; writes nothing. Null when it is not the caller's.</summary>
    public Task<DecisionMade?> PreviewAsync(Caller caller, Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        As.User(caller), async session => await session.FirstAsync<Alert>("alerts/find_own", new { id, userId = caller.UserId }) is { } alert
            ? await AlertDecisions.PreviewAsync(session, email, alert, now)
            : null,
        cancellationToken);

    /// <summary>
    /// Decides the alerts whose wake time has come; other silos' locked ones are passed over. Those with a series that is being ingested are left and named:
    /// decided on the old value, they would miss a tick that has nominated its alerts already.
    /// </summary>
    public Task<(int Taken, Decided Decided, IReadOnlyList<Guid> Busy)> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            var due = await session.QueryAsync<Alert>("alerts/lock_due", new { now, limit });
            var busy = due.Count == 0 ? [] : await session.QueryAsync<Guid>("alerts/find_busy", new { ids = session.Rows(due.Select(alert => alert.Id)) });
            return (due.Count, await AlertDecisions.DecideAsync(session, email, [.. due.ExceptBy(busy, alert => alert.Id)], now), busy);
        },
        cancellationToken);

    /// <summary>Decides this one alert if its wake time has come, after the ingests of its series.</summary>
    public Task<Decided> WakeOneAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            await session.QueryAsync<string>("alerts/share_series", new { id });
            return await AlertDecisions.DecideAsync(session, email, await session.QueryAsync<Alert>("alerts/lock_one_due", new { id, now }), now);
        },
        cancellationToken);

    private async Task<AlertChanged> DecideAsync(Session session, Alert alert, DateTimeOffset now)
    {
        var decided = await AlertDecisions.DecideAsync(session, email, [alert], now);
        return new AlertChanged(decided.Made.FirstOrDefault()?.Decision.After ?? alert, decided);
    }

    // The series to lock are known only from the row, which may change before it is locked: then look again.
    private static async Task<Alert?> LockSharedAsync(Session session, Caller caller, Guid id, Condition? newCondition)
    {
        var key = new { id, userId = caller.UserId };
        var seen = await session.FirstAsync<Alert>("alerts/find_own", key);
        while (seen is not null)
        {
            await ShareAsync(session, caller, newCondition ?? ConditionReader.Stored(seen.ConditionJson));
            var locked = await session.FirstAsync<Alert>("alerts/lock_own", key);
            if (locked is null || newCondition is not null || locked.ConditionJson == seen.ConditionJson)
            {
                return locked;
            }
            seen = locked;
        }
        return null;
    }

    // Every portfolio that a condition speaks of, also where its series do not name it.
    private static async Task CheckPortfoliosAsync(Session session, Caller caller, ConditionReading reading)
    {
        foreach (var portfolio in reading.Portfolios.Distinct())
        {
            if (await session.FirstAsync<Guid?>("series/find_portfolio_owner", new { id = portfolio }) != caller.UserId)
            {
                throw RejectedException.NotFound("portfolio");
            }
        }
    }

    // One create of a user at a time, so that two together do not take the same last place; Postgres only, SQLite writes one at a time anyway.
    private static async Task CheckRoomAsync(Session session, Caller caller)
    {
        var owner = new { userId = caller.UserId };
        await session.FirstAsync<int>("alerts/lock_owner", owner);
        if (await session.FirstAsync<long>("alerts/count_kept", owner) >= AlertChecks.MaxPerUser)
        {
            throw new RejectedException(
                RejectionCodes.Conflict, $"You have {AlertChecks.MaxPerUser} alerts, which is the most: delete one that you do not need.");
        }
    }

    private static async Task ShareAsync(Session session, Caller caller, Condition condition)
    {
        foreach (var id in condition.SeriesIds)
        {
            if (!await SeriesStore.MaySeeAsync(session, caller, id))
            {
                throw RejectedException.NotFound("series");
            }
        }
        var ids = session.Rows(condition.SeriesIds);
        await session.ExecuteAsync("series/ensure_series", new { ids });
        await session.QueryAsync<string>("series/share_series", new { ids });
    }

    private static async Task WriteLeavesAsync(Session session, Guid alertId, Condition condition, bool recheck)
    {
        var rows = condition.Leaves.SelectMany((leaf, number) => AlertRules.BoundariesOf(leaf).Select((boundary, part) => new
        {
            alertId,
            leaf = number,
            part,
            seriesId = leaf.SeriesId,
            boundary,
            recheck,
        }));
        foreach (var row in rows)
        {
            await session.ExecuteAsync("alerts/insert_leaf", row);
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

    private static Task AuditAsync(Session session, Caller caller, string action, Guid id, Alert? before, Alert? after, DateTimeOffset now) =>
        Audit.AppendAsync(session, Audit.Of(caller, action, "alert", id, new { before = Told(before), after = Told(after) }, now));

    // What a user says, not what the alert is at just now.
    private static object? Told(Alert? alert) => alert is null ? null : new
    {
        alert.Name,
        alert.ConditionJson,
        alert.Mode,
        alert.NoData,
        alert.Severity,
        alert.MessageTemplate,
        alert.Channels,
        alert.CooldownSeconds,
        alert.IsActive,
    };

    private sealed record WakeRow
    {
        public DateTimeOffset? WakeAt { get; init; }
    }
}
