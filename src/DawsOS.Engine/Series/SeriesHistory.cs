using System.Collections.Immutable;

namespace DawsOS.Series;

/// <summary>Recent observations of a series as steps hand them on: oldest first, empty when there are none.</summary>
internal sealed record SeriesHistory
{
    public required string SeriesId { get; init; }

    public required ImmutableArray<Observation> Observations { get; init; }
}
