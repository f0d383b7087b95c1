using DawsOS.Accounts;
using DawsOS.Storage;

namespace DawsOS.Series;

/// <summary>Finds packs and reads observations through them.</summary>
internal sealed class PackStore(Database database)
{
    /// <summary>The pack of the newest observation date on or before <paramref name="asof"/> (null = of all), as of now; null when there is none.</summary>
    public Task<SeriesPack?> FindAsync(DateOnly? asof, CancellationToken cancellationToken) => database.ReadAsync(
        As.Job, async session =>
        {
            var row = await session.FirstAsync<PackRow>("series/find_pack", new { Asof = asof ?? DateOnly.MaxValue });
            return row?.Date is { } date ? new SeriesPack(date, row.Tick) : null;
        },
        cancellationToken);

    /// <summary>
    /// The last <paramref name="count"/> observations of each series in the pack, oldest first; empty for a series without any, and for one
    /// of someone else's portfolio.
    /// </summary>
    public Task<IReadOnlyList<SeriesHistory>> ReadLastAsync(
        SeriesPack pack, Caller caller, IReadOnlyList<string> seriesIds, int count, CancellationToken cancellationToken) => ReadAsync(
        caller, seriesIds,
        async (session, seriesId) => (await session.QueryAsync<ObservationRow>("series/read_last_observations", new { seriesId, pack.Date, pack.Tick, count })).Reverse().ToList(),
        cancellationToken);

    /// <summary>The same for the observations after a date.</summary>
    public Task<IReadOnlyList<SeriesHistory>> ReadAfterAsync(
        SeriesPack pack, Caller caller, IReadOnlyList<string> seriesIds, DateOnly after, CancellationToken cancellationToken) => ReadAsync(
        caller, seriesIds,
        (session, seriesId) => session.QueryAsync<ObservationRow>("series/read_window", new { seriesId, pack.Date, pack.Tick, after }),
        cancellationToken);

    private Task<IReadOnlyList<SeriesHistory>> ReadAsync(
        Caller caller, IReadOnlyList<string> seriesIds, Func<Session, string, Task<IReadOnlyList<ObservationRow>>> read, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SeriesHistory>>(
        As.User(caller), async session =>
        {
            var all = new List<SeriesHistory>(seriesIds.Count);
            foreach (var seriesId in seriesIds)
            {
                var rows = await SeriesStore.MaySeeAsync(session, caller, seriesId) ? await read(session, seriesId) : [];
                all.Add(new SeriesHistory { SeriesId = seriesId, Dates = [.. rows.Select(row => row.Date)], Values = [.. rows.Select(row => row.Value)] });
            }
            return all;
        },
        cancellationToken);

    private sealed class PackRow
    {
        public DateOnly? Date { get; init; }

        public long Tick { get; init; }
    }

    private sealed class ObservationRow
    {
        public DateOnly Date { get; init; }

        public decimal Value { get; init; }
    }
}
