using DawsOS.Delivery;

namespace DawsOS.Alerts;

/// <summary>An alert as stored; changed only under its row lock.</summary>
internal sealed record Alert
{
    public const string Level = "level";
    public const string Cross = "cross";

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public string Name { get; init; } = "";

    public string ConditionType { get; init; } = "";

    /// <summary>Canonical JSON.</summary>
    public string ConditionJson { get; init; } = "";

    /// <summary>level repeats while true; cross fires when it becomes true.</summary>
    public string Mode { get; init; } = Level;

    /// <summary>ok, keep, alert or notice.</summary>
    public string NoData { get; init; } = "keep";

    public string Severity { get; init; } = "warning";

    /// <summary>Null = the message of its type.</summary>
    public string? MessageTemplate { get; init; }

    public bool NotifyInapp { get; init; }

    public bool NotifyEmail { get; init; }

    /// <summary>Canonical JSON of <see cref="AlertChannels"/>, written together with the two flags above.</summary>
    public string Channels { get; init; } = "";

    public decimal CooldownSeconds { get; init; }

    public DateTimeOffset? LastFiredAt { get; init; }

    /// <summary>LastFiredAt + cooldown; null when it never fired.</summary>
    public DateTimeOffset? CooldownUntil { get; init; }

    /// <summary>The condition was true when last known.</summary>
    public bool Latched { get; init; }

    /// <summary><see cref="Latched"/> was decided under this rule; until then a cross alert has no side to cross from.</summary>
    public bool SideKnown { get; init; }

    /// <summary>Only a running <c>for</c> kept it from being true when last decided.</summary>
    public bool Pending { get; init; }

    /// <summary>It was unknown for want of fresh data when last decided.</summary>
    public bool Stale { get; init; }

    /// <summary>Its leaves are nominated at the next tick even without a crossing.</summary>
    public bool Recheck { get; init; }

    /// <summary>When it must be looked at although nothing came in; null = nothing is due.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    public bool IsActive { get; init; }

    public int RuleVersion { get; init; }

    public int RowVersion { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>In the order in which they are judged.</summary>
    public IEnumerable<string> SelectedChannels() =>
        (NotifyInapp, NotifyEmail) switch
        {
            (true, true) => [DeliveryRules.Inapp, DeliveryRules.Email],
            (true, false) => [DeliveryRules.Inapp],
            (false, true) => [DeliveryRules.Email],
            _ => [],
        };
}
