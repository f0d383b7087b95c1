namespace DawsOS.Accounts;

/// <summary>Who did what, when and from where, as it is appended to the audit; written in the transaction of what it tells.</summary>
internal sealed record AuditRow
{
    public Guid Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Who did it, or whom it concerns when DawsOS itself did; null when nobody is known.</summary>
    public Guid? UserId { get; init; }

    /// <summary>A verb and its object, e.g. redrive_delivery; see <see cref="AuditActions"/>.</summary>
    public string Action { get; init; } = "";

    /// <summary>What kind of thing it was done to.</summary>
    public string ResourceType { get; init; } = "";

    public string ResourceId { get; init; } = "";

    /// <summary>JSON without secrets; before and after of what changed.</summary>
    public string Details { get; init; } = "{}";

    /// <summary>Of the request; empty when there was none.</summary>
    public string RequestId { get; init; } = "";

    public string IpAddress { get; init; } = "";

    public string UserAgent { get; init; } = "";

    /// <summary>With what: session:&lt;id&gt; or key:&lt;id&gt;; empty when nobody was signed in.</summary>
    public string Credential { get; init; } = "";
}
