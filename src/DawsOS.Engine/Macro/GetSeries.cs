using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>Reads recent observations through the pack.</summary>
internal sealed class GetSeries(PackStore packs) : Capability<GetSeries.Args>(
    "macro.get_series", "macro_hound", "The last observations of series in the pack, oldest first: [{series_id, observations[{date, value}]}].")
{
    public sealed record Args
    {
        public required ImmutableArray<string> SeriesIds { get; init; }

        public int Lookback { get; init; } = 252;
    }

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        if (SeriesPack.Parse(call.PricingPackId) is not { } pack)
        {
            return Failed(FailureClass.Business, $"'{call.PricingPackId}' is no series pack.");
        }
        // A series named twice is one series.
        var ids = args.SeriesIds.Distinct(StringComparer.Ordinal).ToArray();
        var histories = await packs.ReadLastAsync(pack, call.Caller, ids, args.Lookback, cancellationToken);
        return new CapabilityResult(
            CanonicalJson.Of(histories),
            Provenance.Real,
            SeriesHistory.SourcesOf(histories),
            SeriesHistory.NewestOf(histories),
            null,
            [.. histories.Where(history => history.Observations.IsEmpty)
                .Select(history => $"Series {history.SeriesId} has no observations on or before {pack.Date:yyyy-MM-dd}.")],
            null);
    }
}
