using System.Globalization;

namespace DawsOS.Delivery;

/// <summary>What the ledger knows of one channel of an alert.</summary>
/// <param name="SameContentAt">When the same content was accepted, within 24 h; null = it was not.</param>
/// <param name="AcceptedToday">A delivery was accepted on the user's day.</param>
internal readonly record struct ChannelFacts(DateTimeOffset? SameContentAt, bool AcceptedToday);

/// <summary>What a channel does with a firing.</summary>
/// <param name="Channel">Which.</param>
/// <param name="Status">delivered, pending or unavailable = accepted; suppressed.</param>
/// <param name="Reason">Why it is unavailable or suppressed; else null.</param>
/// <param name="WindowStart">Where the suppression's window begins.</param>
/// <param name="PassesAt">When the channel would pass; null when it does.</param>
internal sealed record ChannelVerdict(string Channel, string Status, string? Reason, DateTimeOffset WindowStart, DateTimeOffset? PassesAt)
{
    public bool IsAccepted => Status != DeliveryStatus.Suppressed;
}

/// <summary>The channel gates, pure: availability · content · day (delivery.md §3).</summary>
internal static class ChannelRules
{
    public const string Content = "content";
    public const string DailyCap = "daily_cap";

    /// <summary>How long the same content is not told again.</summary>
    public static readonly TimeSpan ContentWindow = TimeSpan.FromHours(24);

    /// <param name="channel">inapp or email.</param>
    /// <param name="fault">Why nothing can be sent that way now; null = it can.</param>
    /// <param name="facts">Of the ledger.</param>
    /// <param name="day">The user's day.</param>
    public static ChannelVerdict Judge(string channel, string? fault, ChannelFacts facts, LocalDay day)
    {
        if (facts.SameContentAt is { } before)
        {
            // Both gates must pass.
            var passes = before + ContentWindow;
            return new ChannelVerdict(channel, DeliveryStatus.Suppressed, Content, before, facts.AcceptedToday && day.End > passes ? day.End : passes);
        }
        if (facts.AcceptedToday)
        {
            return new ChannelVerdict(channel, DeliveryStatus.Suppressed, DailyCap, day.Start, day.End);
        }
        var status = channel == DeliveryRules.Inapp ? DeliveryStatus.Delivered : fault is null ? DeliveryStatus.Pending : DeliveryStatus.Unavailable;
        return new ChannelVerdict(channel, status, channel == DeliveryRules.Inapp ? null : fault, day.Start, null);
    }

    /// <summary>Why email cannot be sent to a user; null = it can.</summary>
    public static string? EmailFault(bool isConfigured, UserChannels user) =>
        !isConfigured ? "not_configured" : !user.EmailEnabled ? "channel_disabled" : user.EmailAddress.Length == 0 ? "no_address" : null;

    public static string Explain(ChannelVerdict verdict) => verdict.Status switch
    {
        DeliveryStatus.Unavailable => $"{verdict.Channel}: unavailable ({verdict.Reason}); it is recorded as such",
        DeliveryStatus.Suppressed when verdict.Reason == Content =>
            $"{verdict.Channel}: the same content was accepted {Text(verdict.WindowStart)}, less than 24 h ago; passes {Text(verdict.PassesAt!.Value)}",
        DeliveryStatus.Suppressed => $"{verdict.Channel}: one was accepted on this day of the user already; passes {Text(verdict.PassesAt!.Value)}",
        _ => $"{verdict.Channel}: passed",
    };

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
