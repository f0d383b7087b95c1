using System.Collections.Immutable;

using DawsOS.Agents;

namespace DawsOS.Series;

/// <summary>A capability that computes on the histories of series; what differs is the formula.</summary>
internal abstract class SeriesComputation<TArgs, TResult>(ComputePool pool, string name, string agent, string description)
    : Computation<TArgs, TResult>(pool, name, agent, description)
    where TArgs : class
{
    public override ImmutableArray<SourceKind> Sources => [SourceKind.Series];

    protected static Answer<TResult> Computed(TResult value, ImmutableArray<SeriesHistory> series, IEnumerable<string> warnings) => new(value, Provenance.Computed)
    {
        Sources = SeriesHistory.SourcesOf(series),
        Asof = SeriesHistory.NewestOf(series),
        Warnings = [.. warnings],
    };
}
