using System.Collections.Immutable;

namespace DawsOS.Alerts;

/// <summary>What an alert's members may be; one place for HTTP and Orleans clients.</summary>
internal static class AlertChecks
{
    public const int MaxNameLength = 200;

    /// <summary>Alerts of one user that are not deleted.</summary>
    public const int MaxPerUser = 10_000;

    public const decimal MaxCooldownHours = 8760;
    private static readonly FieldError NoChannel = new("/channels", "At least one channel must be true.");
    public static readonly ImmutableArray<string> Severities = ["info", "warning", "critical"];
    public static readonly ImmutableArray<string> Modes = [Alert.Level, Alert.Cross];
    public static readonly ImmutableArray<string> NoDataPolicies = ["ok", "keep", "alert", "notice"];

    public static IEnumerable<FieldError> Faults(CreateAlert command, ConditionReading condition) =>
        Faults(command.Name, command.Channels?.Webhook, command.CooldownHours, command.Severity, command.Mode, command.NoData, command.MessageTemplate)
            .Concat(command.Channels is { Inapp: false, Email: false, Webhook: false } ? [NoChannel] : [])
            .Concat(Twice(condition, command.Channels is not null, command.CooldownHours))
            .Concat(NoDataFaults(command.NoData, condition.Condition));

    /// <param name="command">Null members are not checked.</param>
    /// <param name="condition">Null when it is not to change.</param>
    public static IEnumerable<FieldError> Faults(PatchAlert command, ConditionReading? condition) =>
        Faults(command.Name, command.Channels?.Webhook, command.CooldownHours, command.Severity, command.Mode, command.NoData, command.MessageTemplate)
            .Concat(condition is null ? [] : Twice(condition, command.Channels is not null, command.CooldownHours));

    /// <summary>What a change would make of an alert that can be seen only when it is made.</summary>
    public static IEnumerable<FieldError> Faults(Alert after, Condition condition) =>
        NoDataFaults(after.NoData, condition).Concat(after is { NotifyInapp: false, NotifyEmail: false } ? [NoChannel] : []);

    /// <summary>A policy that acts on missing data must know when it is missing.</summary>
    public static IEnumerable<FieldError> NoDataFaults(string? policy, Condition? condition)
    {
        if (policy is "alert" or "notice" && condition is not null && condition.Leaves.All(leaf => leaf.MaxAge is null))
        {
            yield return new FieldError("/no_data", $"'{policy}' needs a max_age in the condition: the seconds after which a value is too old.");
        }
    }

    private static IEnumerable<FieldError> Faults(
        string? name, bool? webhook, decimal? cooldownHours, string? severity, string? mode, string? noData, string? template)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl)))
        {
            yield return new FieldError("/name", $"A name is 1–{MaxNameLength} characters on one line.");
        }
        if (webhook is true)
        {
            yield return new FieldError("/channels/webhook", "Webhooks are not available yet; use inapp or email.");
        }
        if (cooldownHours is < 0 or > MaxCooldownHours)
        {
            yield return new FieldError("/cooldown_hours", $"A cooldown is 0–{MaxCooldownHours} hours.");
        }
        if (severity is not null && !Severities.Contains(severity))
        {
            yield return new FieldError("/severity", $"A severity is one of {string.Join(", ", Severities)}.");
        }
        if (mode is not null && !Modes.Contains(mode))
        {
            yield return new FieldError("/mode", $"A mode is one of {string.Join(", ", Modes)}.");
        }
        if (noData is not null && !NoDataPolicies.Contains(noData))
        {
            yield return new FieldError("/no_data", $"no_data is one of {string.Join(", ", NoDataPolicies)}.");
        }
        if (!string.IsNullOrEmpty(template) && MessageTemplate.Fault(template) is { } fault)
        {
            yield return new FieldError("/message_template", fault);
        }
    }

    private static IEnumerable<FieldError> Twice(ConditionReading condition, bool channels, decimal? cooldownHours)
    {
        if (condition.Notify is not null && channels)
        {
            yield return new FieldError("/condition_json/notify", "The channels are there twice; send them beside the condition only.");
        }
        if (condition.Notify is { Inapp: false, Email: false })
        {
            yield return new FieldError("/condition_json/notify", "At least one channel must be true.");
        }
        if (condition.CooldownSeconds is not null && cooldownHours is not null)
        {
            yield return new FieldError("/condition_json/cooldown_min", "The cooldown is there twice; send cooldown_hours only.");
        }
    }
}
