namespace DawsOS.Alerts;

/// <summary>An alert as stored; changed only under its row lock.</summary>
internal sealed record Alert
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public string Name { get; init; } = "";

    public string ConditionType { get; init; } = "";

    /// <summary>Canonical JSON.</summary>
    public string ConditionJson { get; init; } = "";

    public string Mode { get; init; } = "level";

    public string NoData { get; init; } = "keep";

    public string Severity { get; init; } = "warning";

    public bool NotifyInapp { get; init; }

    public bool NotifyEmail { get; init; }

    /// <summary>Canonical JSON of <see cref="AlertChannels"/>, written together with the two flags above.</summary>
    public string Channels { get; init; } = "";

    public decimal CooldownSeconds { get; init; }

    public DateTimeOffset? LastFiredAt { get; init; }

    /// <summary>LastFiredAt + cooldown; null when it never fired.</summary>
    public DateTimeOffset? CooldownUntil { get; init; }

    /// <summary>The condition was true when last decided.</summary>
    public bool Latched { get; init; }

    /// <summary>When it must be looked at although nothing came in; null = nothing is due.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    public bool IsActive { get; init; }

    public int RuleVersion { get; init; }

    public int RowVersion { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
