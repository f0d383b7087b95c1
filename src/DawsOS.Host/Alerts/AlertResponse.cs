using System.Text.Json;

namespace DawsOS.Alerts;

/// <summary>An alert on the wire.</summary>
internal sealed record AlertResponse(
    Guid Id, Guid UserId, string Name, JsonElement ConditionJson, string Mode, string NoData, string Severity,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? MessageTemplate,
    AlertChannels Channels,
    bool NotifyInapp, bool NotifyEmail, decimal CooldownHours, DateTimeOffset? LastFiredAt, string State, DateTimeOffset? CooldownUntil,
    bool IsActive, int RuleVersion, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AlertResponse Of(AlertView alert)
    {
        using var condition = JsonDocument.Parse(alert.ConditionJson);
        return new AlertResponse(
            alert.Id, alert.UserId, alert.Name, condition.RootElement.Clone(), alert.Mode, alert.NoData, alert.Severity, alert.MessageTemplate, alert.Channels,
            alert.Channels.Inapp, alert.Channels.Email, alert.CooldownHours, alert.LastFiredAt, alert.State, alert.CooldownUntil, alert.IsActive,
            alert.RuleVersion, alert.CreatedAt, alert.UpdatedAt);
    }
}

/// <summary>What deciding now did, on the wire.</summary>
internal sealed record EvaluationResponse(
    string Outcome,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] Guid? FiringId,
    IReadOnlyList<string> Reasons);
