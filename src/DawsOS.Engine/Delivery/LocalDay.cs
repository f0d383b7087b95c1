using DawsOS.Canonical;

namespace DawsOS.Delivery;

/// <summary>A user's day at some instant.</summary>
/// <param name="Date">In the user's zone.</param>
/// <param name="Start">Its first moment, UTC.</param>
/// <param name="End">The next day's first moment, UTC.</param>
internal sealed record LocalDay(DateOnly Date, DateTimeOffset Start, DateTimeOffset End)
{
    /// <param name="instant">UTC.</param>
    /// <param name="zone">The user's.</param>
    public static LocalDay Of(DateTimeOffset instant, TimeZoneInfo zone)
    {
        if (zone.Id == TimeZoneInfo.Utc.Id)
        {
            var today = instant.UtcDay();
            return new LocalDay(today, today.StartOfUtcDay(), today.AddDays(1).StartOfUtcDay());
        }
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
        return new LocalDay(date, StartOf(date, zone), StartOf(date.AddDays(1), zone));
    }

    // Where clocks go forward at midnight the day begins later; where they go back over midnight it begins the first time.
    private static DateTimeOffset StartOf(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
