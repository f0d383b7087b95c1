using System.Globalization;

namespace DawsOS.Http;

/// <summary>Query parameters of lists, strictly read; a bad one is 422 and named.</summary>
internal static class Queries
{
    public static DateOnly? Date(HttpRequest request, string name) => Read<DateOnly>(
        request, name, "a date like 2026-01-31",
        text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null);

    /// <summary>An RFC 3339 instant, or a date for its first moment in UTC.</summary>
    public static DateTimeOffset? Instant(HttpRequest request, string name) => Read<DateTimeOffset>(
        request, name, "an instant like 2026-01-31T09:00:00Z",
        text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null);

    public static Guid? Guid(HttpRequest request, string name) => Read<Guid>(
        request, name, "a UUID", text => System.Guid.TryParseExact(text, "D", out var id) ? id : null);

    public static bool? Flag(HttpRequest request, string name) => Read<bool>(
        request, name, "true or false", text => text switch { "true" => true, "false" => false, _ => null });

    /// <summary>One of the values; the first when the parameter is not there.</summary>
    public static string OneOf(HttpRequest request, string name, params string[] values)
    {
        var text = request.Query[name];
        if (text.Count == 0)
        {
            return values[0];
        }
        return values.Contains(text[0], StringComparer.Ordinal) ? text[0]! : throw Bad(name, $"one of {string.Join(", ", values.Where(v => v.Length > 0))}");
    }

    /// <summary>The id in a path.</summary>
    public static Guid Id(string text) => System.Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw new RejectedException(RejectionCodes.InvalidId, "The id in the path is no UUID.");

    private static T? Read<T>(HttpRequest request, string name, string expected, Func<string, T?> parse)
        where T : struct
    {
        var text = request.Query[name];
        return text.Count == 0 ? null : parse(text[0] ?? "") ?? throw Bad(name, expected);
    }

    private static RejectedException Bad(string name, string expected) =>
        RejectedException.Validation(new FieldError("", $"The query parameter '{name}' must be {expected}."));
}
