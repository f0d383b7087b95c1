namespace DawsOS.Delivery;

/// <summary>The statuses of a delivery, as stored and on the wire.</summary>
internal static class DeliveryStatus
{
    /// <summary>Recorded, its first attempt is to come or under way.</summary>
    public const string Pending = "pending";

    /// <summary>For good.</summary>
    public const string Delivered = "delivered";

    /// <summary>A gate stopped this channel of a firing.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>Failed at least once, another attempt is to come.</summary>
    public const string Retrying = "retrying";

    /// <summary>Nothing more is tried unless it is redriven.</summary>
    public const string Dead = "dead";

    /// <summary>Could not be sent for want of a setting.</summary>
    public const string Unavailable = "unavailable";
}
