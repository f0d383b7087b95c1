using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Reads recent observations through the pack.</summary>
internal sealed class GetSeries(PackStore packs, ComputePool pool) : HistoryReader<GetSeries.Args>(
    pool, "macro.get_series", "The last observations of series in the pack, oldest first: [{series_id, dates[], values[]}].")
{
    public sealed record Args
    {
        public required ImmutableArray<string> SeriesIds { get; init; }

        /// <summary>Observations per series; 252 are a trading year.</summary>
        public int Lookback { get; init; } = 252;
    }

    protected override async Task<Answer<IReadOnlyList<SeriesHistory>>> AnswerAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var (pack, ids) = (PackOf(call), Distinct(args.SeriesIds));
        if (args.Lookback < 1)
        {
            throw Refused($"lookback must be at least 1, not {args.Lookback}.");
        }
        var histories = await packs.ReadLastAsync(pack, call.Caller, ids, args.Lookback, cancellationToken);
        return Found(histories, [.. histories.Where(history => history.IsEmpty)
            .Select(history => $"Series {history.SeriesId} has no observations on or before {pack.Date:yyyy-MM-dd}.")]);
    }
}
