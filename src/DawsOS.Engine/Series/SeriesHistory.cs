using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

using DawsOS.Agents;

namespace DawsOS.Series;

/// <summary>
/// Observations of a series as steps hand them on: oldest first, empty when there are none. In columns, because a step's answer is bounded: one
/// observation takes <see cref="MaxBytesEach"/> bytes at most, as an object it would be half as much again and far slower to read.
/// </summary>
internal sealed record SeriesHistory : IJsonOnDeserialized
{
    /// <summary><c>"2026-01-01",</c> and the longest decimal, a sign, 29 digits and a point, with its comma.</summary>
    public const int MaxBytesEach = 13 + 32;

    public required string SeriesId { get; init; }

    /// <summary>Rising.</summary>
    public required ImmutableArray<DateOnly> Dates { get; init; }

    /// <summary>As many.</summary>
    public required ImmutableArray<decimal> Values { get; init; }

    [JsonIgnore]
    public int Count => Dates.Length;

    [JsonIgnore]
    public bool IsEmpty => Dates.IsEmpty;

    [JsonIgnore]
    public DateOnly? FirstDate => IsEmpty ? null : Dates[0];

    [JsonIgnore]
    public DateOnly? LastDate => IsEmpty ? null : Dates[^1];

    /// <summary>For the formulas.</summary>
    public DatedValue[] ToValues() => [.. Dates.Zip(Values, (date, value) => new DatedValue(date, value))];

    // A pattern may write a history by hand; formulas rely on its order.
    void IJsonOnDeserialized.OnDeserialized()
    {
        // A column that is missing is told by the reader.
        if (Dates.IsDefault || Values.IsDefault)
        {
            return;
        }
        if (Dates.Length != Values.Length || Dates.Zip(Dates.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new JsonException("A history has as many values as dates, and its dates rise.");
        }
    }

    /// <summary>What a result made of them rests on.</summary>
    public static ImmutableArray<string> SourcesOf(IEnumerable<SeriesHistory> histories) =>
        [.. histories.Where(history => !history.IsEmpty).Select(history => SourceKind.Series.Of(history.SeriesId))];

    /// <summary>The newest date in them; null when all are empty.</summary>
    public static DateOnly? NewestOf(IEnumerable<SeriesHistory> histories) => histories.Max(history => history.LastDate);
}
