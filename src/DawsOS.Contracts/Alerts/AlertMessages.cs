using System.Collections.Immutable;

using DawsOS.Accounts;

namespace DawsOS.Alerts;

/// <summary>Which channels an alert uses.</summary>
/// <param name="Inapp">A notification row; default true.</param>
/// <param name="Email">Mail to the owner; default false.</param>
/// <param name="Webhook">HTTP call; default false.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.channels")]
public sealed record AlertChannels([property: Id(0)] bool Inapp, [property: Id(1)] bool Email, [property: Id(2)] bool Webhook);

/// <summary>Channels that are to change; null leaves one as it is.</summary>
/// <param name="Inapp">A notification row.</param>
/// <param name="Email">Mail to the owner.</param>
/// <param name="Webhook">HTTP call.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.channels-patch")]
public sealed record ChannelsPatch([property: Id(0)] bool? Inapp, [property: Id(1)] bool? Email, [property: Id(2)] bool? Webhook);

/// <summary>A new alert.</summary>
/// <param name="Caller">Its owner.</param>
/// <param name="ConditionJson">The condition as JSON text, D§4.1.</param>
/// <param name="Name">1–200 characters; null = made from the condition.</param>
/// <param name="Channels">At least one true; null = in-app, or what the condition's <c>notify</c> says.</param>
/// <param name="CooldownHours">0…8760 hours between two firings; null = 24, or what the condition's <c>cooldown_min</c> says.</param>
/// <param name="Severity">info, warning or critical; null = warning, for a drawdown_limit critical.</param>
/// <param name="IsActive">Watched from now on.</param>
/// <param name="Mode">level (repeats while true) or cross (fires when it becomes true).</param>
/// <param name="NoData">ok, keep, alert or notice; the last two need a leaf with max_age.</param>
/// <param name="MessageTemplate">Text with {{name}} of a closed set; null or empty = the message of its type.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.create")]
public sealed record CreateAlert(
    [property: Id(0)] Caller Caller, [property: Id(1)] string ConditionJson, [property: Id(2)] string? Name,
    [property: Id(3)] AlertChannels? Channels, [property: Id(4)] decimal? CooldownHours, [property: Id(5)] string? Severity,
    [property: Id(6)] bool IsActive, [property: Id(7)] string Mode = "level", [property: Id(8)] string NoData = "keep",
    [property: Id(9)] string? MessageTemplate = null);

/// <summary>Changes to an alert; null leaves a member as it is.</summary>
/// <param name="Caller">Must own the alert.</param>
/// <param name="ConditionJson">A new condition is decided at the next tick of its series and grows rule_version.</param>
/// <param name="Name">1–200 characters.</param>
/// <param name="Channels">At least one of all must be true afterwards.</param>
/// <param name="CooldownHours">0…8760 hours.</param>
/// <param name="Severity">info, warning or critical.</param>
/// <param name="IsActive">Reactivating an alert whose condition is true decides it at once.</param>
/// <param name="Mode">level or cross.</param>
/// <param name="NoData">ok, keep, alert or notice.</param>
/// <param name="MessageTemplate">Empty = the message of its type.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.patch")]
public sealed record PatchAlert(
    [property: Id(0)] Caller Caller, [property: Id(1)] string? ConditionJson, [property: Id(2)] string? Name,
    [property: Id(3)] ChannelsPatch? Channels, [property: Id(4)] decimal? CooldownHours, [property: Id(5)] string? Severity,
    [property: Id(6)] bool? IsActive, [property: Id(7)] string? Mode = null, [property: Id(8)] string? NoData = null,
    [property: Id(9)] string? MessageTemplate = null);

/// <summary>An alert as its owner sees it.</summary>
/// <param name="Id">Row id.</param>
/// <param name="UserId">Owner.</param>
/// <param name="Name">Given or made from the condition.</param>
/// <param name="ConditionJson">Canonical JSON text.</param>
/// <param name="Mode">level: repeats while true, at each cooldown end; cross: fires when it becomes true.</param>
/// <param name="NoData">What a missing or too old value means: ok = false, keep = nothing, alert = it fires, notice = the user is told once a day.</param>
/// <param name="Severity">info, warning or critical.</param>
/// <param name="Channels">What it delivers to.</param>
/// <param name="CooldownHours">Hours between two firings.</param>
/// <param name="LastFiredAt">UTC; null = never.</param>
/// <param name="State">armed, pending, cooling_down or inactive.</param>
/// <param name="CooldownUntil">UTC end of the running cooldown; null = none.</param>
/// <param name="IsActive">Watched.</param>
/// <param name="RuleVersion">Grows with every change of what is decided, from 1.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC of the last change by its owner.</param>
/// <param name="MessageTemplate">Null = the message of its type.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.view")]
public sealed record AlertView(
    [property: Id(0)] Guid Id, [property: Id(1)] Guid UserId, [property: Id(2)] string Name, [property: Id(3)] string ConditionJson,
    [property: Id(4)] string Mode, [property: Id(5)] string NoData, [property: Id(6)] string Severity, [property: Id(7)] AlertChannels Channels,
    [property: Id(8)] decimal CooldownHours, [property: Id(9)] DateTimeOffset? LastFiredAt, [property: Id(10)] string State,
    [property: Id(11)] DateTimeOffset? CooldownUntil, [property: Id(12)] bool IsActive, [property: Id(13)] int RuleVersion,
    [property: Id(14)] DateTimeOffset CreatedAt, [property: Id(15)] DateTimeOffset UpdatedAt,
    [property: Id(16)] string? MessageTemplate);

/// <summary>What would happen if the alert were decided now; nothing was written.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="ConditionMet">False also when there is no data.</param>
/// <param name="CurrentValue">Newest value, a loss as a positive number; null = no data, or a group of conditions.</param>
/// <param name="ThresholdValue">The value it is compared with; null for a group of conditions.</param>
/// <param name="WouldTrigger">Condition met and no gate in the way.</param>
/// <param name="CooldownRemainingHours">0 = not cooling down.</param>
/// <param name="Message">What would be delivered; null without data.</param>
/// <param name="Reasons">Every gate's verdict, in order, each beginning with the gate's name.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.test")]
public sealed record AlertTest(
    [property: Id(0)] Guid AlertId, [property: Id(1)] bool ConditionMet, [property: Id(2)] decimal? CurrentValue,
    [property: Id(3)] decimal? ThresholdValue, [property: Id(4)] bool WouldTrigger, [property: Id(5)] decimal CooldownRemainingHours,
    [property: Id(6)] string? Message, [property: Id(7)] ImmutableArray<string> Reasons);

/// <summary>What deciding an alert now did.</summary>
/// <param name="Outcome">fired, not_met, pending, cooldown, duplicate, suppressed, stale, no_data or inactive.</param>
/// <param name="FiringId">Set when it fired.</param>
/// <param name="Reasons">Every gate's verdict, in order.</param>
[GenerateSerializer, Immutable, Alias("daws.alert.evaluation")]
public sealed record AlertEvaluation(
    [property: Id(0)] string Outcome, [property: Id(1)] Guid? FiringId, [property: Id(2)] ImmutableArray<string> Reasons);
