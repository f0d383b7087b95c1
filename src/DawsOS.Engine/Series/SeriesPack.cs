using System.Globalization;

namespace DawsOS.Series;

/// <summary>
/// What a run computes on: all observations up to a date, as they were known at a tick. Later ingests have higher ticks, so the same id reads
/// the same bytes for ever.
/// </summary>
internal sealed record SeriesPack(DateOnly Date, long Tick)
{
    private const string Prefix = "SERIES_";
    private const string DateFormat = "yyyy-MM-dd";

    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Date:yyyy-MM-dd}_{Tick}");

    public static SeriesPack? Parse(string id)
    {
        var dateEnd = Prefix.Length + DateFormat.Length;
        return id.StartsWith(Prefix, StringComparison.Ordinal) && id.Length > dateEnd + 1 && id[dateEnd] == '_'
            && DateOnly.TryParseExact(id.AsSpan(Prefix.Length, DateFormat.Length), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && long.TryParse(id.AsSpan(dateEnd + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var tick)
            ? new SeriesPack(date, tick)
            : null;
    }
}
