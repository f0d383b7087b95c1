using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using DawsOS.Canonical;

namespace DawsOS.Series;

/// <summary>What an ingest does to one series.</summary>
internal sealed record SeriesPlan(
    SeriesResult Result, ImmutableArray<Observation> Revisions, SeriesRow After, SeriesTick? Tick, Move? Move);

/// <summary>Decides what an ingest may hold and what it changes; nothing here reads a clock or a database.</summary>
internal static class IngestRules
{
    public const int MaxObservations = 1_000_000;

    /// <summary>The last acceptable date: tomorrow in UTC, because somewhere it is tomorrow already.</summary>
    public static DateOnly Latest(DateOnly today) => today.AddDays(1);

    /// <summary>Every fault of the batch as pointers into <c>/series/i/observations/j</c>.</summary>
    /// <exception cref="RejectedException">validation_failed.</exception>
    public static void Check(IngestBatch batch, DateOnly today)
    {
        var latest = Latest(today);
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        if (batch.Series.Sum(series => (long)series.Observations.Length) > MaxObservations)
        {
            throw RejectedException.Validation(new FieldError("", $"There are more than {MaxObservations} observations; split them."));
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (series, i) in batch.Series.Select((series, i) => (series, i)))
        {
            if (!SeriesIds.IsValid(series.SeriesId))
            {
                errors.Add(new FieldError($"/series/{i}/series_id", "A series id is 1–64 of the characters A–Z a–z 0–9 . _ : ^ -"));
            }
            if (!ids.Add(series.SeriesId))
            {
                errors.Add(new FieldError($"/series/{i}/series_id", $"The series {series.SeriesId} is there twice."));
            }
            CheckDates(series, $"/series/{i}", latest, errors);
        }
        if (errors.Count > 0)
        {
            throw RejectedException.Validation(errors.ToImmutable());
        }
    }

    /// <summary>Names the batch's content, so that the same id with another body is seen.</summary>
    public static string Hash(IngestBatch batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var series in batch.Series)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{series.SeriesId}\n"));
            foreach (var (date, value) in series.Observations)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{date.DayNumber.ToString(CultureInfo.InvariantCulture)} {ExactDecimal.ToText(value)}\n"));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Compares the observations with what is stored.</summary>
    /// <param name="before">The series row.</param>
    /// <param name="batch">Its observations.</param>
    /// <param name="stored">The newest stored value of each date of the batch that has one.</param>
    /// <param name="tick">The tick of this ingest.</param>
    /// <param name="ingestId">This ingest.</param>
    /// <param name="now">When it was received.</param>
    public static SeriesPlan Plan(
        SeriesRow before, SeriesBatch batch, IReadOnlyDictionary<DateOnly, decimal> stored, long tick, Guid ingestId, DateTimeOffset now)
    {
        var revisions = ImmutableArray.CreateBuilder<Observation>();
        var inserted = 0;
        foreach (var observation in batch.Observations)
        {
            if (!stored.TryGetValue(observation.Date, out var old))
            {
                inserted++;
                revisions.Add(observation);
            }
            else if (old != observation.Value)
            {
                revisions.Add(observation);
            }
        }
        var result = new SeriesResult(
            batch.SeriesId, batch.Observations.Length, inserted, revisions.Count - inserted, batch.Observations.Length - revisions.Count);
        if (revisions.Count == 0)
        {
            return new SeriesPlan(result, [], before, null, null);
        }

        var newest = revisions.MaxBy(o => o.Date);
        var moves = before.NewestDate is not { } newestDate || newest.Date >= newestDate;
        var first = revisions.Min(o => o.Date);
        var revised = before.Revised || first < before.NewestDate;
        var after = before with
        {
            Revised = revised,
            ObservationCount = before.ObservationCount + inserted,
            FirstDate = before.FirstDate is { } known && known < first ? known : first,
        };
        if (!moves)
        {
            return new SeriesPlan(result, revisions.ToImmutable(), after, null, null);
        }
        after = after with { NewestDate = newest.Date, NewestValue = newest.Value, Tick = tick, IngestId = ingestId, ReceivedAt = now, Revised = false };
        return new SeriesPlan(
            result, revisions.ToImmutable(), after, new SeriesTick(batch.SeriesId, newest.Date, before.NewestValue, newest.Value), MoveOf(before, batch, revised));
    }

    // The old newest value and every value written on or after its date: a boundary outside this interval cannot have been crossed. What a "for" or a
    // clear_value is true of depends on older dates as well: when one of them was written, every leaf is looked at.
    private static Move MoveOf(SeriesRow before, SeriesBatch batch, bool revised)
    {
        if (revised || before.NewestValue is not { } old)
        {
            return new Move(batch.SeriesId, double.MinValue, double.MaxValue);
        }
        var low = old;
        var high = old;
        foreach (var observation in batch.Observations.Where(o => o.Date >= before.NewestDate))
        {
            low = Math.Min(low, observation.Value);
            high = Math.Max(high, observation.Value);
        }
        return new Move(batch.SeriesId, Boundaries.Down(low), Boundaries.Up(high));
    }

    private static void CheckDates(SeriesBatch series, string pointer, DateOnly latest, ImmutableArray<FieldError>.Builder errors)
    {
        // A thousand faults say no more than the first hundred.
        const int EnoughErrors = 100;
        var seen = new HashSet<DateOnly>(series.Observations.Length);
        for (var j = 0; j < series.Observations.Length && errors.Count < EnoughErrors; j++)
        {
            var date = series.Observations[j].Date;
            if (!seen.Add(date))
            {
                errors.Add(new FieldError($"{pointer}/observations/{j}/date", $"The date {date:yyyy-MM-dd} is there twice."));
            }
            if (date > latest)
            {
                errors.Add(new FieldError($"{pointer}/observations/{j}/date", $"The date {date:yyyy-MM-dd} is after tomorrow (UTC)."));
            }
        }
    }
}
