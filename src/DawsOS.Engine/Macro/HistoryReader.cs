using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Macro;

/// <summary>A capability that reads series through the pack; what differs is which of their observations.</summary>
internal abstract class HistoryReader<TArgs>(ComputePool pool, string name, string description)
    : Capability<TArgs, IReadOnlyList<SeriesHistory>>(name, "macro_hound", description)
    where TArgs : class
{
    // Observations come in columns since version 2.
    public override int Version => 2;

    public override ImmutableArray<SourceKind> Sources => [SourceKind.Series];

    public override ImmutableArray<FailureClass> FailureClasses => [FailureClass.Business, FailureClass.Transient];

    protected override Task<CanonicalValue> WriteAsync(IReadOnlyList<SeriesHistory> value, CancellationToken cancellationToken) =>
        pool.RunAsync(static (histories, _) => CanonicalJson.Of(histories), value, cancellationToken);

    protected static SeriesPack PackOf(CapabilityCall call) =>
        SeriesPack.Parse(call.PricingPackId) ?? throw Refused($"'{call.PricingPackId}' is no series pack.");

    /// <summary>Each once: a series named twice is one series.</summary>
    // Text that is no id must not reach the databases: Postgres refuses NUL, and that would count as an outage.
    protected static string[] Distinct(ImmutableArray<string> seriesIds) => seriesIds.FirstOrDefault(id => !SeriesIds.IsValid(id)) is { } wrong
        ? throw Refused($"'{wrong}' is no series id.")
        : [.. seriesIds.Distinct(StringComparer.Ordinal)];

    protected static RejectedException Refused(string message) => new(RejectionCodes.ValidationFailed, message);

    protected static Answer<IReadOnlyList<SeriesHistory>> Found(IReadOnlyList<SeriesHistory> histories, ImmutableArray<string> warnings) =>
        new(histories, Provenance.Real) { Sources = SeriesHistory.SourcesOf(histories), Asof = SeriesHistory.NewestOf(histories), Warnings = warnings };
}
