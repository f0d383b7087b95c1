using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Reads the observations of a calendar window through the pack, so that daily and monthly series cover the same time.</summary>
internal sealed class GetHistory(PackStore packs) : Capability<GetHistory.Args>(
    "macro.get_history", "macro_hound",
    "The observations of series in the pack over the years before its date, oldest first: [{series_id, observations[{date, value}]}].")
{
    private const int MaxYears = 200;

    public sealed record Args
    {
        public required ImmutableArray<string> SeriesIds { get; init; }

        public required int Years { get; init; }
    }

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        if (SeriesPack.Parse(call.PricingPackId) is not { } pack)
        {
            return Failed(FailureClass.Business, $"'{call.PricingPackId}' is no series pack.");
        }
        if (args.Years is < 1 or > MaxYears)
        {
            return Failed(FailureClass.Business, $"years must be 1 to {MaxYears}, not {args.Years}.");
        }
        var after = pack.Date.Year > args.Years ? pack.Date.AddYears(-args.Years) : DateOnly.MinValue;
        var ids = args.SeriesIds.Distinct(StringComparer.Ordinal).ToArray();
        var histories = await packs.ReadAfterAsync(pack, call.Caller, ids, after, cancellationToken);
        // A series without observations is an answer here; what it means is said by whoever computes on it.
        return new CapabilityResult(
            CanonicalJson.Of(histories), Provenance.Real, SeriesHistory.SourcesOf(histories), SeriesHistory.NewestOf(histories), null, [], null);
    }
}
