using DawsOS.Canonical;

namespace DawsOS.Alerts;

/// <summary>Between commands, rows and views; no decisions.</summary>
internal static class AlertMapping
{
    private const decimal SecondsPerHour = 3600;

    public static Alert New(Guid id, CreateAlert command, ConditionReading reading, DateTimeOffset now) => WithChannels(
        new Alert
        {
            Id = id,
            UserId = command.Caller.UserId,
            Name = command.Name ?? AlertTexts.DefaultName(reading.Condition!),
            ConditionType = reading.Condition!.Type,
            ConditionJson = reading.Canonical,
            Severity = command.Severity,
            CooldownSeconds = ExactDecimal.Trim(command.CooldownHours * SecondsPerHour),
            IsActive = command.IsActive,
            RuleVersion = 1,
            RowVersion = 1,
            CreatedAt = now,
            UpdatedAt = now,
        },
        command.Channels);

    public static Alert Apply(Alert before, PatchAlert command, ConditionReading? reading, DateTimeOffset now)
    {
        var after = before with
        {
            Name = command.Name ?? before.Name,
            ConditionType = reading?.Condition?.Type ?? before.ConditionType,
            ConditionJson = reading?.Canonical ?? before.ConditionJson,
            Severity = command.Severity ?? before.Severity,
            CooldownSeconds = command.CooldownHours is { } hours ? ExactDecimal.Trim(hours * SecondsPerHour) : before.CooldownSeconds,
            IsActive = command.IsActive ?? before.IsActive,
            UpdatedAt = now,
        };
        return command.Channels is { } channels ? WithChannels(after, channels) : after;
    }

    public static AlertView View(Alert alert, DateTimeOffset now)
    {
        var coolingDown = AlertRules.CooldownLeft(alert, now) > TimeSpan.Zero;
        return new AlertView(
            alert.Id, alert.UserId, alert.Name, alert.ConditionJson, alert.Mode, alert.NoData, alert.Severity,
            new AlertChannels(alert.NotifyInapp, alert.NotifyEmail, Webhook: false), ExactDecimal.Trim(alert.CooldownSeconds / SecondsPerHour),
            alert.LastFiredAt, AlertRules.State(alert, now), coolingDown ? alert.CooldownUntil : null, alert.IsActive, alert.RuleVersion,
            alert.CreatedAt, alert.UpdatedAt);
    }

    public static AlertTest Test(DecisionMade made, DateTimeOffset now)
    {
        var condition = ConditionReader.Stored(made.Before.ConditionJson);
        return new AlertTest(
            made.Before.Id, condition.IsMet(made.Reading?.Value) is true, made.Reading?.Value, condition.Threshold,
            made.Decision.Outcome == Outcome.Fired, Math.Round((decimal)AlertRules.CooldownLeft(made.Before, now).TotalHours, 6),
            made.Reading is { } reading ? AlertTexts.Message(condition, reading) : null, made.Decision.Reasons);
    }

    /// <summary>As the wire says it.</summary>
    public static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Fired => "fired",
        Outcome.NotMet => "not_met",
        Outcome.Cooldown => "cooldown",
        Outcome.Duplicate => "duplicate",
        Outcome.Suppressed => "suppressed",
        Outcome.NoData => "no_data",
        _ => "inactive",
    };

    private static Alert WithChannels(Alert alert, AlertChannels channels) => alert with
    {
        NotifyInapp = channels.Inapp,
        NotifyEmail = channels.Email,
        Channels = CanonicalJson.Of(channels).ToString(),
    };
}
