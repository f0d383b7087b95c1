namespace DawsOS.Delivery;

internal sealed record UserChannels
{
    public Guid UserId { get; init; }

    public string TimeZone { get; init; } = "UTC";

    public string? EmailAddress { get; init; }

    public bool EmailEnabled { get; init; } = true;

    public bool UserIsActive { get; init; } = true;
}
