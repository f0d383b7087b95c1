using System.Globalization;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Patterns;

/// <summary>The history of runs and its audit rows.</summary>
internal sealed class RunStore(Database database)
{
    private static readonly Guid AuditSpace = new("5a0f7f0e-2d55-4a0e-9b57-6b8c1d0f4e21");

    /// <summary>The row of a run that is about to begin: a new one, or the one that its lost silo left. False when somebody else began it.</summary>
    public Task<bool> BeginAsync(RunRow row, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            if (await session.ExecuteAsync("patterns/begin_run", row) == 0)
            {
                return false;
            }
            await Audit.AppendAsync(session, Executed(row));
            return true;
        },
        cancellationToken);

    /// <summary>Ends a run that has a row, also one that was taken for lost; false when another attempt has begun since.</summary>
    public Task<bool> EndAsync(RunRow row, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session => await session.ExecuteAsync("patterns/end_run", row) == 1, cancellationToken);

    /// <summary>Adds ended runs with their audit rows; those already there are left alone.</summary>
    public Task AddEndedAsync(IReadOnlyCollection<RunRow> rows, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            await session.ExecuteAsync("patterns/insert_ended_runs", new { rows = session.Rows(rows) });
            await Audit.AppendAsync(session, rows.Select(Executed));
            return true;
        },
        cancellationToken);

    /// <summary>The row, whoever owns it.</summary>
    public Task<RunRow?> FindAsync(Guid runId, CancellationToken cancellationToken) =>
        database.ReadAsync(As.Job, session => session.FirstAsync<RunRow>("patterns/find_run", new { runId }), cancellationToken);

    /// <summary>Newest first; own ones, an ADMIN's all.</summary>
    public Task<(IReadOnlyList<RunRow> Items, long Total)> ListAsync(Caller caller, RunFilter filter, CancellationToken cancellationToken)
    {
        var args = new
        {
            userId = caller.UserId,
            all = caller.Role == Role.Admin,
            filter.PatternId,
            filter.Status,
            filter.From,
            filter.To,
            filter.Limit,
            filter.Offset,
        };
        return database.ReadAsync(
            As.User(caller), async session => (await session.QueryAsync<RunRow>("patterns/list_runs", args), await session.FirstAsync<long>("patterns/count_runs", args)),
            cancellationToken);
    }

    /// <summary>Silos that have runs under way by their rows.</summary>
    public Task<IReadOnlyList<string>> SilosAtWorkAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        database.ReadAsync(As.Job, session => session.QueryAsync<string>("patterns/list_working_silos", new { startedBefore }), cancellationToken);

    /// <summary>Ends what a silo that is gone had under way as failed; answers how many that were.</summary>
    public Task<int> LoseAsync(string silo, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, session => session.ExecuteAsync("patterns/lose_runs", new { silo, now, failureJson = RunJson.Write(RunRules.Lost) }), cancellationToken);

    /// <summary>Forgets ended runs from before <paramref name="until"/>; answers how many that were, at most <paramref name="limit"/>.</summary>
    public Task<int> PurgeAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(As.Job, session => session.ExecuteAsync("patterns/purge_runs", new { until, limit }), cancellationToken);

    // Named after what it tells: written twice it is there once.
    private static AuditRow Executed(RunRow row) =>
        Audit.Of(
            row.UserId, row.Asked?.Origin, AuditActions.ExecutePattern, "pattern", row.PatternId,
            new
            {
                run_id = row.Id,
                row.PricingPackId,
                row.AsofDate,
                row.Attempt,
                row.Asked?.PortfolioId,
                row.Asked?.RequireFresh,
                row.Asked?.InputKeys,
                // A keyed run is told of as it begins; how long it took is in its row.
                duration_ms = row.EndedAt is { } ended ? Math.Round((ended - row.StartedAt).TotalMilliseconds, 3) : (double?)null,
            },
            row.StartedAt) with
        {
            Id = NameId.Of(AuditSpace, string.Create(CultureInfo.InvariantCulture, $"{row.Id:D}/{row.Attempt}")),
            RequestId = row.RequestId,
        };
}

/// <summary>Which runs are listed; empty texts = all.</summary>
internal sealed record RunFilter(string PatternId, string Status, DateTimeOffset From, DateTimeOffset To, int Limit, int Offset);
