namespace DawsOS.Delivery;

/// <summary>How mail leaves; see the host's variables SMTP_*, USE_AWS_SES, AWS_*.</summary>
internal sealed record EmailOptions
{
    /// <summary>Null = no email: such deliveries are unavailable.</summary>
    public string? Host { get; init; }

    /// <summary>Null = no email.</summary>
    public string? From { get; init; }

    /// <summary>Sends at a time.</summary>
    public int Slots { get; init; } = 8;

    public bool IsConfigured => Host is not null && From is not null;
}
