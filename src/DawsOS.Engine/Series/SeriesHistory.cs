using System.Collections.Immutable;

namespace DawsOS.Series;

/// <summary>Recent observations of a series as steps hand them on: oldest first, empty when there are none.</summary>
internal sealed record SeriesHistory
{
    public required string SeriesId { get; init; }

    public required ImmutableArray<Observation> Observations { get; init; }

    /// <summary>As <see cref="Observations"/>, for the formulas.</summary>
    public DatedValue[] ToValues() => [.. Observations.Select(observation => new DatedValue(observation.Date, observation.Value))];

    /// <summary>What a result made of them rests on.</summary>
    public static ImmutableArray<string> SourcesOf(IEnumerable<SeriesHistory> histories) =>
        [.. histories.Where(history => !history.Observations.IsEmpty).Select(history => $"series:{history.SeriesId}")];

    /// <summary>The newest date in them; null when all are empty.</summary>
    public static DateOnly? NewestOf(IEnumerable<SeriesHistory> histories) =>
        histories.Max(history => history.Observations.IsEmpty ? (DateOnly?)null : history.Observations[^1].Date);
}
