using System.Collections.Immutable;

namespace DawsOS.Alerts;

/// <summary>What an alert's members may be; one place for HTTP and Orleans clients.</summary>
internal static class AlertChecks
{
    public const int MaxNameLength = 200;
    public const decimal MaxCooldownHours = 8760;
    public static readonly ImmutableArray<string> Severities = ["info", "warning", "critical"];

    /// <summary>Null members are not checked.</summary>
    public static IEnumerable<FieldError> Faults(string? name, AlertChannels? channels, decimal? cooldownHours, string? severity)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl)))
        {
            yield return new FieldError("/name", $"A name is 1–{MaxNameLength} characters on one line.");
        }
        if (channels is { Email: true })
        {
            yield return new FieldError("/channels/email", "Email is not available yet; use inapp.");
        }
        if (channels is { Webhook: true })
        {
            yield return new FieldError("/channels/webhook", "Webhooks are not available yet; use inapp.");
        }
        if (channels is { Inapp: false, Email: false, Webhook: false })
        {
            yield return new FieldError("/channels", "At least one channel must be true.");
        }
        if (cooldownHours is < 0 or > MaxCooldownHours)
        {
            yield return new FieldError("/cooldown_hours", $"A cooldown is 0–{MaxCooldownHours} hours.");
        }
        if (severity is not null && !Severities.Contains(severity))
        {
            yield return new FieldError("/severity", $"A severity is one of {string.Join(", ", Severities)}.");
        }
    }
}
