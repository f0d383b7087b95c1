using System.Collections.Immutable;

using DawsOS.Accounts;

namespace DawsOS.Series;

/// <summary>One value of a series on one market date.</summary>
/// <param name="Date">Market date.</param>
/// <param name="Value">Exact decimal, in the unit of the series.</param>
[GenerateSerializer, Immutable, Alias("daws.observation")]
public readonly record struct Observation([property: Id(0)] DateOnly Date, [property: Id(1)] decimal Value);

/// <summary>The observations of one series in an ingest.</summary>
/// <param name="SeriesId"><c>[A-Za-z0-9._:^-]{1,64}</c>.</param>
/// <param name="Observations">Any order; a date at most once.</param>
[GenerateSerializer, Immutable, Alias("daws.series-batch")]
public sealed record SeriesBatch([property: Id(0)] string SeriesId, [property: Id(1)] ImmutableArray<Observation> Observations);

/// <summary>One ingest: one tick and one transaction over all its series.</summary>
/// <param name="IngestId">Made by the client; the same id again answers the first result and changes nothing.</param>
/// <param name="Caller">Who ingests.</param>
/// <param name="Series">Each series at most once.</param>
[GenerateSerializer, Immutable, Alias("daws.ingest-batch")]
public sealed record IngestBatch(
    [property: Id(0)] Guid IngestId, [property: Id(1)] Caller Caller, [property: Id(2)] ImmutableArray<SeriesBatch> Series);

/// <summary>What an ingest did to one series; received = inserted + updated + unchanged.</summary>
/// <param name="SeriesId">The series.</param>
/// <param name="Received">Observations in the batch.</param>
/// <param name="Inserted">Dates that had no value before.</param>
/// <param name="Updated">Dates whose value changed (a new revision).</param>
/// <param name="Unchanged">Dates that already had this value.</param>
[GenerateSerializer, Immutable, Alias("daws.series-result")]
public sealed record SeriesResult(
    [property: Id(0)] string SeriesId, [property: Id(1)] int Received, [property: Id(2)] int Inserted,
    [property: Id(3)] int Updated, [property: Id(4)] int Unchanged);

/// <summary>What an ingest did.</summary>
/// <param name="Tick">The tick it took; rises by one per ingest.</param>
/// <param name="Series">One entry per series, in the order of the batch.</param>
/// <param name="AlertsFired">Firings committed together with the observations.</param>
[GenerateSerializer, Immutable, Alias("daws.ingest-result")]
public sealed record IngestResult(
    [property: Id(0)] long Tick, [property: Id(1)] ImmutableArray<SeriesResult> Series, [property: Id(2)] int AlertsFired);
