using System.Globalization;

namespace DawsOS.Delivery;

/// <summary>Where a stream of notifications stands: the last one that was given, in the order of commits. On the wire <c>position-id</c>.</summary>
internal readonly record struct NotificationCursor(long Position, Guid Id)
{
    /// <summary>Null when the text is none.</summary>
    public static NotificationCursor? Parse(string text) =>
        text.Split('-') is [var position, var id]
        && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Guid.TryParseExact(id, "N", out var guid)
            ? new NotificationCursor(number, guid)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}-{Id:N}");
}
