using DawsOS.Canonical;

namespace DawsOS.Alerts;

/// <summary>Between commands, rows and views; no decisions.</summary>
internal static class AlertMapping
{
    private const decimal SecondsPerHour = 3600;
    private const decimal DefaultCooldownSeconds = 24 * SecondsPerHour;

    public static Alert New(Guid id, CreateAlert command, ConditionReading reading, DateTimeOffset now) => WithChannels(
        new Alert
        {
            Id = id,
            UserId = command.Caller.UserId,
            Name = command.Name ?? AlertTexts.DefaultName(reading.Condition!),
            ConditionType = reading.Condition!.Type,
            ConditionJson = reading.Canonical,
            Mode = command.Mode,
            NoData = command.NoData,
            Severity = command.Severity ?? (reading.Condition.Type == "drawdown_limit" ? "critical" : "warning"),
            MessageTemplate = Template(command.MessageTemplate),
            CooldownSeconds = Seconds(command.CooldownHours, reading) ?? DefaultCooldownSeconds,
            IsActive = command.IsActive,
            RuleVersion = 1,
            RowVersion = 1,
            CreatedAt = now,
            UpdatedAt = now,
        },
        command.Channels ?? reading.Notify ?? new AlertChannels(Inapp: true, Email: false, Webhook: false));

    public static Alert Apply(Alert before, PatchAlert command, ConditionReading? reading, DateTimeOffset now)
    {
        var after = before with
        {
            Name = command.Name ?? before.Name,
            ConditionType = reading?.Condition?.Type ?? before.ConditionType,
            ConditionJson = reading?.Canonical ?? before.ConditionJson,
            Mode = command.Mode ?? before.Mode,
            NoData = command.NoData ?? before.NoData,
            Severity = command.Severity ?? before.Severity,
            MessageTemplate = command.MessageTemplate is null ? before.MessageTemplate : Template(command.MessageTemplate),
            CooldownSeconds = Seconds(command.CooldownHours, reading) ?? before.CooldownSeconds,
            IsActive = command.IsActive ?? before.IsActive,
            UpdatedAt = now,
        };
        return command.Channels is { } said
            ? WithChannels(after, new AlertChannels(said.Inapp ?? before.NotifyInapp, said.Email ?? before.NotifyEmail, Webhook: false))
            : reading?.Notify is { } notify ? WithChannels(after, notify) : after;
    }

    public static AlertView View(Alert alert, DateTimeOffset now)
    {
        var coolingDown = AlertRules.CooldownLeft(alert, now) > TimeSpan.Zero;
        return new AlertView(
            alert.Id, alert.UserId, alert.Name, alert.ConditionJson, alert.Mode, alert.NoData, alert.Severity,
            new AlertChannels(alert.NotifyInapp, alert.NotifyEmail, Webhook: false), ExactDecimal.Trim(alert.CooldownSeconds / SecondsPerHour),
            alert.LastFiredAt, AlertRules.State(alert, now), coolingDown ? alert.CooldownUntil : null, alert.IsActive, alert.RuleVersion,
            alert.CreatedAt, alert.UpdatedAt, alert.MessageTemplate);
    }

    public static AlertTest Test(DecisionMade made, DateTimeOffset now)
    {
        var one = made.Evaluation.Leaves.Length == 1 ? made.Evaluation.Leaves[0] : null;
        return new AlertTest(
            made.Before.Id, made.Evaluation.Truth is true, one?.Newest is { } newest ? one.Leaf.Shown(newest.Value) : null,
            one?.Leaf.Shown(one.Leaf.Threshold), made.Decision.Outcome == Outcome.Fired,
            Math.Round((decimal)AlertRules.CooldownLeft(made.Before, now).TotalHours, 6),
            made.Evaluation.Evidence is null ? null : made.Ledger.Message, made.Decision.Reasons);
    }

    /// <summary>As the wire says it.</summary>
    public static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Fired => "fired",
        Outcome.NotMet => "not_met",
        Outcome.Pending => "pending",
        Outcome.Cooldown => "cooldown",
        Outcome.Duplicate => "duplicate",
        Outcome.Suppressed => "suppressed",
        Outcome.Stale => "stale",
        Outcome.NoData => "no_data",
        _ => "inactive",
    };

    private static decimal? Seconds(decimal? hours, ConditionReading? reading) =>
        hours is { } given ? ExactDecimal.Trim(given * SecondsPerHour) : reading?.CooldownSeconds is { } seconds ? ExactDecimal.Trim(seconds) : null;

    private static string? Template(string? template) => string.IsNullOrEmpty(template) ? null : template;

    private static Alert WithChannels(Alert alert, AlertChannels channels) => alert with
    {
        NotifyInapp = channels.Inapp,
        NotifyEmail = channels.Email,
        Channels = CanonicalJson.Of(channels).ToString(),
    };
}
