using System.Collections.Immutable;

using DawsOS.Series;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>
/// The one way from a series id to values, whatever writes the series: front door, nightly jobs, or nothing yet, which is no data.
/// Reads the newest observation of every series at once, and older ones only of those whose leaves look back.
/// </summary>
internal sealed class LeafValues
{
    private const int FirstPage = 64;
    private const int PageGrowth = 8;
    private readonly Dictionary<string, LeafData> _series;

    private LeafValues(Dictionary<string, LeafData> series) => _series = series;

    public LeafData this[Leaf leaf] => _series.GetValueOrDefault(leaf.SeriesId, LeafData.None);

    public static async Task<LeafValues> ReadAsync(Session session, IReadOnlyCollection<Condition> conditions)
    {
        var ids = conditions.SelectMany(condition => condition.SeriesIds).ToHashSet(StringComparer.Ordinal);
        var newest = await session.QueryAsync<Reading>("series/read_newest", new { ids = session.Rows(ids) });
        var values = new LeafValues(newest.ToDictionary(
            reading => reading.SeriesId, reading => new LeafData(reading, [reading.Value], IsWhole: false), StringComparer.Ordinal));
        foreach (var leaf in conditions.SelectMany(condition => condition.Leaves).Where(leaf => leaf.For > 1 || leaf.Clear is not null))
        {
            await values.LookBackAsync(session, leaf);
        }
        return values;
    }

    private async Task LookBackAsync(Session session, Leaf leaf)
    {
        for (var count = FirstPage; ConditionRules.NeedsMore(leaf, this[leaf]); count *= PageGrowth)
        {
            var read = await session.QueryAsync<ObservationView>("series/read_last_observations", new
            {
                seriesId = leaf.SeriesId,
                Date = DateOnly.MaxValue,
                Tick = long.MaxValue,
                count,
            });
            _series[leaf.SeriesId] = this[leaf] with { Values = [.. read.Select(o => o.Value)], IsWhole = read.Count < count };
        }
    }
}
