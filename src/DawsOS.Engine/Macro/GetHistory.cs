using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Reads the observations of a calendar window through the pack, so that daily and monthly series cover the same time.</summary>
internal sealed class GetHistory(PackStore packs, ComputePool pool) : HistoryReader<GetHistory.Args>(
    pool, "macro.get_history", "The observations of series in the pack over the years before its date, oldest first: [{series_id, dates[], values[]}].")
{
    private const int MaxYears = 200;

    public override TimeSpan? Ttl => MacroData.Ttl;

    public sealed record Args
    {
        public required ImmutableArray<string> SeriesIds { get; init; }

        public required int Years { get; init; }
    }

    protected override async Task<Answer<IReadOnlyList<SeriesHistory>>> AnswerAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var (pack, ids) = (PackOf(call), Distinct(args.SeriesIds));
        if (args.Years is < 1 or > MaxYears)
        {
            throw Refused($"years must be 1 to {MaxYears}, not {args.Years}.");
        }
        var after = pack.Date.Year > args.Years ? pack.Date.AddYears(-args.Years) : DateOnly.MinValue;
        // A series without observations is an answer here; what it means is said by whoever computes on it.
        return Found(await packs.ReadAfterAsync(pack, call.Caller, ids, after, cancellationToken), []);
    }
}
