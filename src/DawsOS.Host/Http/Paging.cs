using System.Globalization;

namespace DawsOS.Http;

/// <summary><c>limit</c> (default 50, 1–1000) and <c>offset</c> (default 0) of a list.</summary>
internal readonly record struct Paging(int Limit, int Offset)
{
    public static Paging From(HttpRequest request, int defaultLimit = 50) =>
        new(Number(request, "limit", defaultLimit, 1, 1000), Number(request, "offset", 0, 0, int.MaxValue));

    public static int Number(HttpRequest request, string name, int fallback, int min, int max)
    {
        var text = request.Query[name];
        if (text.Count == 0)
        {
            return fallback;
        }
        return int.TryParse(text[0], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw RejectedException.Validation(new FieldError("", $"The query parameter '{name}' must be a whole number from {min} to {max}."));
    }
}

/// <summary>One page of a list.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, long Total, int Limit, int Offset, bool HasMore)
{
    public static Page<T> Of(IReadOnlyList<T> items, long total, Paging paging) =>
        new(items, total, paging.Limit, paging.Offset, paging.Offset + items.Count < total);
}
