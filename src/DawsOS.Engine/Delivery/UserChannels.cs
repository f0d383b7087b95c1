namespace DawsOS.Delivery;

/// <summary>Where and when a user is told: as they said, else the defaults.</summary>
internal sealed record UserChannels
{
    public const string DefaultTimeZone = "UTC";

    public Guid UserId { get; init; }

    /// <summary>An IANA id; whose date a delivery's day is.</summary>
    public string TimeZone { get; init; } = DefaultTimeZone;

    /// <summary>Their own, else the login address; empty when there is no such user.</summary>
    public string EmailAddress { get; init; } = "";

    public bool EmailEnabled { get; init; } = true;

    public bool UserIsActive { get; init; }
}

/// <summary>What a user says about their channels; a null address is the login address, whatever it will be.</summary>
internal sealed record ChannelsChange(string TimeZone, string? EmailAddress, bool EmailEnabled);
