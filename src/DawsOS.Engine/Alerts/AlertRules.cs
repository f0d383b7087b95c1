using System.Collections.Immutable;
using System.Globalization;

using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>
/// The alert state machine, pure: evaluate → alert gates (inactive, cooldown, occurrence) → channel gates (day) → intent.
/// Every step says its reason.
/// </summary>
internal static class AlertRules
{
    public const string Armed = "armed";
    public const string CoolingDown = "cooling_down";
    public const string Inactive = "inactive";

    public static Decision Decide(Alert alert, Condition condition, Reading? reading, LedgerFacts ledger, DateTimeOffset now)
    {
        if (!alert.IsActive)
        {
            return new Decision(Outcome.Inactive, ["inactive: the alert is switched off"], alert, false, null);
        }
        var truth = condition.IsMet(reading?.Value);
        var reasons = ImmutableArray.Create(Explain(condition, reading, truth));
        if (truth is not true)
        {
            // Nothing is due while it is false: only a crossing can change that, and a crossing nominates it.
            var cleared = alert with { Latched = truth is null && alert.Latched, WakeAt = null };
            return new Decision(truth is null ? Outcome.NoData : Outcome.NotMet, reasons, cleared, false, null);
        }

        var latched = alert with { Latched = true };
        if (CooldownLeft(alert, now) is var left && left > TimeSpan.Zero)
        {
            return new Decision(
                Outcome.Cooldown, reasons.Add($"cooldown: {Hours(left)} h left, until {Text(alert.CooldownUntil!.Value)}"),
                latched with { WakeAt = alert.CooldownUntil }, false, new Suppression("cooldown", alert.LastFiredAt!.Value));
        }
        reasons = reasons.Add("cooldown: passed");
        if (ledger.FiringsOnEvidence > 0 && alert.CooldownSeconds == 0)
        {
            return new Decision(
                Outcome.Duplicate, reasons.Add("occurrence: this observation has fired already; without a cooldown a new one is needed"),
                latched with { WakeAt = null }, true, new Suppression("duplicate", alert.LastFiredAt ?? now));
        }
        reasons = reasons.Add("occurrence: passed");
        if (ledger.InappAcceptedToday)
        {
            var day = now.UtcDay();
            return new Decision(
                Outcome.Suppressed, reasons.Add($"day: an in-app notification was delivered on {day:yyyy-MM-dd} (UTC) already"),
                latched with { WakeAt = day.AddDays(1).StartOfUtcDay() }, alert.CooldownSeconds == 0, new Suppression("daily_cap", day.StartOfUtcDay()));
        }
        reasons = reasons.Add("day: passed");
        var until = now + Cooldown(alert.CooldownSeconds);
        return new Decision(
            Outcome.Fired, reasons,
            latched with { LastFiredAt = now, CooldownUntil = until, WakeAt = alert.CooldownSeconds > 0 ? until : null },
            // Without a cooldown the next observation may fire again, crossing or not.
            alert.CooldownSeconds == 0, null);
    }

    /// <summary>The first that holds of inactive, cooling_down, armed.</summary>
    public static string State(Alert alert, DateTimeOffset now) =>
        !alert.IsActive ? Inactive : CooldownLeft(alert, now) > TimeSpan.Zero ? CoolingDown : Armed;

    /// <summary>Zero when none runs. A clock that was set back lengthens it and never ends it early.</summary>
    public static TimeSpan CooldownLeft(Alert alert, DateTimeOffset now)
    {
        if (alert.LastFiredAt is not { } fired)
        {
            return TimeSpan.Zero;
        }
        var elapsed = now > fired ? now - fired : TimeSpan.Zero;
        var left = Cooldown(alert.CooldownSeconds) - elapsed;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Rounded up to a microsecond, so that a cooldown is never cut short.</summary>
    public static TimeSpan Cooldown(decimal seconds) => TimeSpan.FromTicks((long)Math.Ceiling(seconds * 1_000_000m) * TimeSpan.TicksPerMicrosecond);

    /// <summary>What an edit makes of the alert: a new rule waits for the next tick, a new cooldown moves the wake.</summary>
    /// <returns>The alert, and whether its leaves are to be rechecked; null = as before.</returns>
    public static (Alert After, bool? Recheck) Edit(Alert before, Alert edited)
    {
        var ruleChanged = edited.ConditionJson != before.ConditionJson;
        var after = edited with
        {
            RuleVersion = ruleChanged ? before.RuleVersion + 1 : before.RuleVersion,
            RowVersion = before.RowVersion + 1,
            CooldownUntil = edited.LastFiredAt is { } fired ? fired + Cooldown(edited.CooldownSeconds) : null,
        };
        if (ruleChanged)
        {
            return (after with { Latched = false, WakeAt = null }, true);
        }
        if (!after.IsActive)
        {
            return (after with { WakeAt = null }, null);
        }
        if (!after.Latched || edited.CooldownSeconds == before.CooldownSeconds)
        {
            return (after, null);
        }
        return after.CooldownSeconds > 0 ? (after with { WakeAt = after.CooldownUntil }, false) : (after with { WakeAt = null }, true);
    }

    /// <summary>Every boundary of the condition as the crossing index wants it: rounded outward, two for an equality.</summary>
    public static ImmutableArray<double> BoundariesOf(Condition condition) => condition.Comparison is Comparison.Equal or Comparison.Different
        ? [Boundaries.Down(condition.Threshold), Boundaries.Up(condition.Threshold)]
        : [(double)condition.Threshold];

    private static string Explain(Condition condition, Reading? reading, bool? truth) => reading is null
        ? $"condition: {condition.SeriesId} has no observation"
        : $"condition: {condition.Subject} {Number(reading.Value)} {Comparisons.Symbol(condition.Comparison)} {Number(condition.Threshold)} is {(truth is true ? "true" : "false")} on {reading.Date:yyyy-MM-dd}";

    private static string Number(decimal value) => ExactDecimal.ToText(value);

    private static string Hours(TimeSpan left) => Math.Round((decimal)left.TotalHours, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
