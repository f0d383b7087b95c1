using System.Text.Unicode;

namespace DawsOS.Series;

/// <summary>Looks at the bytes of a CSV for what its reader does not say: their encoding, and where the quoting went wrong.</summary>
internal static class CsvText
{
    /// <summary>Null when it is UTF-8, else what is wrong with it; the reader itself would follow a byte order mark and guess at the rest.</summary>
    public static string? EncodingFault(ReadOnlySpan<byte> csv)
    {
        if (csv is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return "Line 1: the file is UTF-16; save it as UTF-8.";
        }
        // Every other byte of ASCII text in UTF-16.
        var end = csv.IndexOf((byte)'\n');
        if ((end < 0 ? csv : csv[..end]).Contains((byte)0))
        {
            return "Line 1: there are NUL bytes in the header, as in UTF-16 without a byte order mark; save the file as UTF-8.";
        }
        return Utf8.IsValid(csv) ? null : $"The CSV is not UTF-8. See line {FirstBadLine(csv)}; save the file as UTF-8.";
    }

    /// <summary>The column, from 1, of the byte at <paramref name="offset"/> in the record that begins on <paramref name="line"/>, and whether a quote is open there.</summary>
    public static (int Column, bool InQuotes) Locate(ReadOnlySpan<byte> csv, long line, long offset)
    {
        var start = 0;
        for (var i = 1L; i < line && csv[start..].IndexOf((byte)'\n') is >= 0 and var length; i++)
        {
            start += length + 1;
        }
        var (column, inQuotes) = (1, false);
        foreach (var one in csv[start..(int)Math.Clamp(offset, start, csv.Length)])
        {
            inQuotes ^= one == '"';
            column += one == ',' && !inQuotes ? 1 : 0;
        }
        return (column, inQuotes);
    }

    // No byte of a longer character is a line feed, so lines can be looked at one by one.
    private static int FirstBadLine(ReadOnlySpan<byte> csv)
    {
        var number = 0;
        foreach (var line in csv.Split((byte)'\n'))
        {
            number++;
            if (!Utf8.IsValid(csv[line]))
            {
                break;
            }
        }
        return number;
    }
}
