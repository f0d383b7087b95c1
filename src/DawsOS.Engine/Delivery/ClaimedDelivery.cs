namespace DawsOS.Delivery;

/// <summary>A delivery that this process alone may send until its lease ends.</summary>
internal sealed record ClaimedDelivery
{
    public Guid Id { get; init; }

    public Guid AlertId { get; init; }

    public Guid UserId { get; init; }

    public string Channel { get; init; } = "";

    public string? Subject { get; init; }

    public string Message { get; init; } = "";

    /// <summary>When its alert fired.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Attempts begun, this one included once it is claimed.</summary>
    public int Attempts { get; init; }

    /// <summary>Retries that have failed before this attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>A failure now ends it: it was dead and is redriven.</summary>
    public bool Final { get; init; }

    /// <summary>When this attempt was due.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When its lease is or was to end.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The alert was deleted, or its user is no longer active.</summary>
    public bool IsGone { get; init; }

    /// <summary>The user's address as it is now; null = none.</summary>
    public string? Address { get; init; }

    public bool EmailEnabled { get; init; }

    /// <summary>Whose lease it is.</summary>
    public Guid Token { get; init; }

    public DateTimeOffset ClaimedAt { get; init; }
}
