using System.Text.Json;

using DawsOS.Alerts;
using DawsOS.Canonical;

namespace DawsOS.Delivery;

/// <summary>A delivery that failed, with all that a retry needs.</summary>
internal sealed record DlqRow
{
    public const string Pending = "pending";
    public const string Dead = "dead";
    public const string Resolved = "resolved";

    public Guid Id { get; init; }

    public Guid DeliveryId { get; init; }

    public Guid AlertId { get; init; }

    public Guid UserId { get; init; }

    public string Channel { get; init; } = "";

    /// <summary>retryable, permanent, misconfigured or uncertain.</summary>
    public string Class { get; init; } = "";

    public string? Reason { get; init; }

    /// <summary>Canonical JSON: condition, message, user_id, channels, name, delivery_day.</summary>
    public string AlertData { get; init; } = "";

    public string ErrorMessage { get; init; } = "";

    public int RetryCount { get; init; }

    public string Status { get; init; } = Pending;

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastRetryAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public static DlqRow OfUnavailable(DeliveryRow delivery, Alert alert) => new()
    {
        Id = Guid.CreateVersion7(delivery.CreatedAt),
        DeliveryId = delivery.Id,
        AlertId = delivery.AlertId,
        UserId = delivery.UserId,
        Channel = delivery.Channel,
        Class = "misconfigured",
        Reason = delivery.Reason,
        AlertData = Data(alert.ConditionJson, delivery.Message, delivery.UserId, delivery.DeliveryMethods, alert.Name, delivery.DeliveryDay),
        ErrorMessage = delivery.Reason switch
        {
            "not_configured" => "No mail server is configured.",
            "channel_disabled" => "The user has switched email off.",
            _ => "The user has no address.",
        },
        Status = Dead,
        CreatedAt = delivery.CreatedAt,
    };

    public static string Data(string conditionJson, string message, Guid userId, string channels, string name, DateOnly day)
    {
        using var condition = JsonDocument.Parse(conditionJson);
        using var methods = JsonDocument.Parse(channels);
        return CanonicalJson.Of(new Dictionary<string, object>
        {
            ["condition"] = condition.RootElement,
            ["message"] = message,
            ["user_id"] = userId,
            ["channels"] = methods.RootElement,
            ["name"] = name,
            ["delivery_day"] = day,
        }).ToString();
    }
}
