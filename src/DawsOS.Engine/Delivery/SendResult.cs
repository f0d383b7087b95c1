namespace DawsOS.Delivery;

/// <summary>What a try to send came to, by what follows from it (delivery.md §4).</summary>
internal enum SendClass
{
    /// <summary>The other side took it.</summary>
    Delivered,

    /// <summary>It did not arrive; a later try may succeed.</summary>
    Retryable,

    /// <summary>It did not arrive and never will as it is.</summary>
    Permanent,

    /// <summary>Nothing can be sent until the operator or the user changes a setting.</summary>
    Misconfigured,

    /// <summary>The connection was lost when it may have arrived already.</summary>
    Uncertain,
}

/// <param name="Class">What follows from it.</param>
/// <param name="Error">One sentence without secrets; null when delivered.</param>
internal sealed record SendResult(SendClass Class, string? Error)
{
    public static readonly SendResult Delivered = new(SendClass.Delivered, null);
}
