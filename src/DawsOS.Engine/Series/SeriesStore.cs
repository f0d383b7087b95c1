using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Series;

/// <summary>A series in the catalogue.</summary>
internal sealed record SeriesSummary
{
    public string Id { get; init; } = "";

    public long Count { get; init; }

    public DateOnly FirstDate { get; init; }

    public DateOnly LastDate { get; init; }

    public decimal LastValue { get; init; }
}

/// <summary>One observation as read back: the newest revision of its date.</summary>
internal sealed record ObservationView
{
    public DateOnly Date { get; init; }

    public decimal Value { get; init; }
}

/// <summary>Reads series for people; patterns read through packs.</summary>
internal sealed class SeriesStore(Database database)
{
    /// <summary>Everyone's series and those of the caller's own portfolios.</summary>
    public Task<(IReadOnlyList<SeriesSummary> Items, long Total)> ListAsync(
        Caller caller, int limit, int offset, CancellationToken cancellationToken) =>
        database.ReadAsync(
            As.User(caller), async session => (
                await session.QueryAsync<SeriesSummary>("series/list_series", new { userId = caller.UserId, limit, offset }),
                await session.FirstAsync<long>("series/count_series", new { userId = caller.UserId })),
            cancellationToken);

    /// <summary>Null when the series has no observations or belongs to someone else's portfolio.</summary>
    public Task<(IReadOnlyList<ObservationView> Items, long Total)?> ReadAsync(
        Caller caller, string id, DateOnly from, DateOnly to, bool newestFirst, int limit, int offset, CancellationToken cancellationToken) =>
        database.ReadAsync<(IReadOnlyList<ObservationView>, long)?>(
            As.User(caller), async session =>
            {
                // Text that is no id is no series' id; the databases are not asked for it (Postgres refuses NUL).
                if (!SeriesIds.IsValid(id) || !await MaySeeAsync(session, caller, id) || await session.FirstAsync<SeriesRow>("series/find_series", new { id }) is null)
                {
                    return null;
                }
                var query = newestFirst ? "series/list_observations_newest_first" : "series/list_observations";
                return (
                    await session.QueryAsync<ObservationView>(query, new { id, from, to, limit, offset }),
                    await session.FirstAsync<long>("series/count_observations", new { id, from, to }));
            },
            cancellationToken);

    /// <summary>The user who owns a portfolio; null when there is none that the caller may know of.</summary>
    public Task<Guid?> FindPortfolioOwnerAsync(Caller caller, Guid portfolio, CancellationToken cancellationToken) =>
        database.ReadAsync(As.User(caller), session => session.FirstAsync<Guid?>("series/find_portfolio_owner", new { id = portfolio }), cancellationToken);

    /// <summary>True when any of these ids is a portfolio of somebody else; asked as a job, because a user cannot see those.</summary>
    public Task<bool> AnyForeignPortfolioAsync(Guid user, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => database.ReadAsync(
        As.Job, async session => await session.FirstAsync<long>("series/count_foreign_portfolios", new { user, ids = session.Rows(ids) }) > 0, cancellationToken);

    /// <summary>False when the series belongs to a portfolio that is not the caller's.</summary>
    public static async Task<bool> MaySeeAsync(Session session, Caller caller, string seriesId) =>
        SeriesIds.PortfolioOf(seriesId) is not { } portfolio
        || await session.FirstAsync<Guid?>("series/find_portfolio_owner", new { id = portfolio }) == caller.UserId;
}
