using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using CsvHelper;

using DawsOS.Canonical;

namespace DawsOS.Series;

/// <summary>
/// Reads FRED's export: header <c>DATE,&lt;SERIES&gt;[,&lt;SERIES&gt;…]</c>; <c>.</c> or empty is a missing cell and skipped. BOM, CRLF and quoted
/// fields are accepted; the first bad line is named with its column.
/// </summary>
internal static class SeriesCsv
{
    public const int MaxCells = 1_000_000;

    // A date and a few thousand numbers; more is a quote that was left open.
    private const int MaxRecordBytes = 1 << 20;

    /// <param name="csv">The whole file; read synchronously.</param>
    /// <param name="latest">A date after this one is refused.</param>
    /// <exception cref="RejectedException">validation_failed, naming line and column.</exception>
    public static ImmutableArray<SeriesBatch> Read(MemoryStream csv, DateOnly latest)
    {
        var options = new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = MaxRecordBytes,
            Encoding = Encoding.UTF8,
        };
        var bytes = csv.GetBuffer().AsMemory(0, (int)csv.Length);
        if (CsvText.EncodingFault(bytes.Span) is { } fault)
        {
            throw Bad(fault);
        }
        try
        {
            using var reader = CsvReader.Create(csv, options, leaveOpen: true);
            return Read(reader, latest);
        }
        catch (CsvFormatException e)
        {
            throw Malformed(e, bytes.Span);
        }
    }

    private static ImmutableArray<SeriesBatch> Read(CsvReader reader, DateOnly latest)
    {
        if (!reader.Read())
        {
            throw Bad("Line 1: the CSV is empty; its first line must be DATE,<SERIES_ID>[,<SERIES_ID>…].");
        }
        var ids = Header(reader);
        var columns = ids.Select(_ => ImmutableArray.CreateBuilder<Observation>()).ToArray();
        var seen = new HashSet<DateOnly>();
        var cells = 0;
        while (reader.Read())
        {
            if (reader.FieldCount != ids.Length + 1)
            {
                throw Bad($"Line {reader.LineNumber}: there are {reader.FieldCount} columns, the header has {ids.Length + 1}.");
            }
            var date = Date(reader, seen, latest);
            cells += ids.Length;
            if (cells > MaxCells)
            {
                throw Bad($"Line {reader.LineNumber}: there are more than {MaxCells} cells; split the file.");
            }
            for (var i = 0; i < ids.Length; i++)
            {
                if (Value(reader, i + 1, ids[i]) is { } value)
                {
                    columns[i].Add(new Observation(date, value));
                }
            }
        }
        if (seen.Count == 0)
        {
            throw Bad("Line 2: there are no rows after the header.");
        }
        return [.. ids.Select((id, i) => new SeriesBatch(id, columns[i].ToImmutable()))];
    }

    // The reader tells the line and the byte, and its own words for a record that is too long are about its options.
    private static RejectedException Malformed(CsvFormatException e, ReadOnlySpan<byte> csv)
    {
        var tooLong = e.Message.Contains(nameof(CsvReaderOptions.MaxRecordSize), StringComparison.Ordinal);
        var (column, inQuotes) = CsvText.Locate(csv, e.LineNumber, tooLong ? e.ByteOffset + MaxRecordBytes : e.ByteOffset);
        return Bad($"Line {e.LineNumber}, column {column}: " + (
            inQuotes ? "a quote is opened here and not closed."
            : tooLong ? $"the line is longer than {MaxRecordBytes} bytes."
            : "a quote stands inside a value; put the whole value in quotes, and double those inside."));
    }

    private static string[] Header(CsvReader reader)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetString(i).Trim()).ToArray();
        if (names.Length < 2 || !names[0].Equals("DATE", StringComparison.OrdinalIgnoreCase))
        {
            throw Bad("Line 1: the header must be DATE,<SERIES_ID>[,<SERIES_ID>…].");
        }
        for (var i = 1; i < names.Length; i++)
        {
            if (!SeriesIds.IsValid(names[i]))
            {
                throw Bad($"Line 1, column {i + 1}: this is no series id: 1–64 of the characters A–Z a–z 0–9 . _ : ^ -");
            }
            if (names.AsSpan(1, i - 1).Contains(names[i]))
            {
                throw Bad($"Line 1, column {i + 1}: the series {names[i]} is there twice.");
            }
        }
        return names[1..];
    }

    private static DateOnly Date(CsvReader reader, HashSet<DateOnly> seen, DateOnly latest)
    {
        var text = reader.GetString(0).Trim();
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            throw Bad($"Line {reader.LineNumber}, column 1 (DATE): '{Shorten(text)}' is no date like 2026-01-31.");
        }
        if (date > latest)
        {
            throw Bad($"Line {reader.LineNumber}, column 1 (DATE): the date {text} is after tomorrow (UTC).");
        }
        return seen.Add(date) ? date : throw Bad($"Line {reader.LineNumber}, column 1 (DATE): the date {text} is there twice.");
    }

    private static decimal? Value(CsvReader reader, int column, string seriesId)
    {
        var text = reader.GetString(column).Trim();
        if (text.Length == 0 || text == ".")
        {
            return null;
        }
        return ExactDecimal.TryParse(text, out var value)
            ? value
            : throw Bad($"Line {reader.LineNumber}, column {column + 1} ({seriesId}): '{Shorten(text)}' is no number that can be held exactly (at most {ExactDecimal.Limits}).");
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}…";

    private static RejectedException Bad(string message) => RejectedException.Validation(new FieldError("", message));
}
