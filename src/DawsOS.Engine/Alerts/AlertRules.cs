using System.Collections.Immutable;

using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>The alert state machine, pure. Every stage says its reason.</summary>
internal static class AlertRules
{
    public const string Armed = "armed";
    public const string Pending = "pending";
    public const string CoolingDown = "cooling_down";
    public const string Inactive = "inactive";
    public const string Condition = "condition";
    public const string NoData = "no_data";

    private delegate Stop? Stage(DecisionInput input, List<string>? reasons);

    // The delivery pipeline: evaluate → alert gates → channel gates → intent; then, behind the commit, claim → send → outcome (SendLoop).
    private static readonly ImmutableArray<Stage> Pipeline = [AlertGates.Active, AlertGates.Evaluate, AlertGates.Cooldown, AlertGates.Occurrence, AlertGates.Channels];

    /// <summary>Runs the pipeline up to the intent. The first stage that stops it decides.</summary>
    public static Decision Decide(DecisionInput input)
    {
        List<string>? reasons = input.Explain ? [] : null;
        Stop? stop = null;
        foreach (var stage in Pipeline)
        {
            var verdict = stage(input, reasons);
            stop ??= verdict;
            if (stop is not null && !input.Explain)
            {
                break;
            }
        }
        var decision = stop is null ? Fire(input) : Settle(input, stop);
        return reasons is null ? decision : decision with { Reasons = [.. reasons] };
    }

    /// <summary>Why it would fire if no gate stopped it: its condition (on its edge, for a cross alert) or missing data; null = it would not.</summary>
    public static string? CauseOf(Alert alert, Evaluation evaluation) => (evaluation.Truth, alert.Mode) switch
    {
        (true, Alert.Level) => Condition,
        (true, _) => alert is { SideKnown: true, Latched: false } ? Condition : null,
        _ => evaluation.IsStale && alert.NoData == "alert" && (alert.Mode == Alert.Level || !alert.Stale) ? NoData : null,
    };

    /// <summary>Whether the ledger must be asked: all that needs no asking lets it fire.</summary>
    public static bool MayFire(Alert alert, Evaluation evaluation, DateTimeOffset now) =>
        alert.IsActive && CauseOf(alert, evaluation) is not null && CooldownLeft(alert, now) == TimeSpan.Zero;

    /// <summary>The first that holds of inactive, cooling_down, pending, armed.</summary>
    public static string State(Alert alert, DateTimeOffset now) =>
        !alert.IsActive ? Inactive : CooldownLeft(alert, now) > TimeSpan.Zero ? CoolingDown : alert.Pending ? Pending : Armed;

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

    /// <summary>What an edit makes of the alert: a new rule waits for the next tick, a cross alert takes the present side, a new cooldown moves the wake.</summary>
    /// <param name="before">As it was.</param>
    /// <param name="edited">With the members as its owner wants them.</param>
    /// <param name="evaluation">Of the edited condition.</param>
    /// <param name="now">UTC.</param>
    public static Alert Edit(Alert before, Alert edited, Evaluation evaluation, DateTimeOffset now)
    {
        var isNewRule = edited.ConditionJson != before.ConditionJson || edited.Mode != before.Mode || edited.NoData != before.NoData;
        var after = edited with
        {
            RuleVersion = isNewRule ? before.RuleVersion + 1 : before.RuleVersion,
            RowVersion = before.RowVersion + 1,
            CooldownUntil = edited.LastFiredAt is { } fired ? fired + Cooldown(edited.CooldownSeconds) : null,
        };
        if (isNewRule || (after.IsActive && !before.IsActive))
        {
            // What it stood on was decided under another rule, or before it slept.
            var takesSide = after.Mode == Alert.Cross && evaluation.Side is not null;
            after = after with { Latched = takesSide && evaluation.Truth is true, SideKnown = takesSide, Pending = false, Stale = false, Recheck = true };
        }
        if (!after.IsActive)
        {
            return after with { WakeAt = null };
        }
        var deadline = after.NoData == "keep" ? null : evaluation.AnyTooOld ? now : evaluation.TooOldAt;
        if (after is not { Mode: Alert.Level, Latched: true })
        {
            return after with { WakeAt = deadline };
        }
        if (edited.CooldownSeconds == before.CooldownSeconds)
        {
            return after with { WakeAt = Earliest(before.WakeAt, deadline) };
        }
        return after.CooldownSeconds > 0
            ? after with { WakeAt = Earliest(after.CooldownUntil, deadline) }
            : after with { WakeAt = deadline, Recheck = true };
    }

    /// <summary>Every boundary of the leaf as the crossing index wants it: rounded outward, two for an equality.</summary>
    public static IEnumerable<double> BoundariesOf(Leaf leaf)
    {
        if (leaf.Comparison is Comparison.Equal or Comparison.Different)
        {
            return [Boundaries.Down(leaf.Threshold), Boundaries.Up(leaf.Threshold)];
        }
        return leaf.Clear is { } clear && clear != leaf.Threshold ? [(double)leaf.Threshold, (double)clear] : [(double)leaf.Threshold];
    }

    private static Decision Fire(DecisionInput input)
    {
        var (alert, now) = (input.Alert, input.Now);
        var until = now + Cooldown(alert.CooldownSeconds);
        var repeats = alert.Mode == Alert.Level;
        var after = Settled(input) with { LastFiredAt = now, CooldownUntil = until };
        return new Decision(
            Outcome.Fired, CauseOf(alert, input.Evaluation), [],
            after with
            {
                WakeAt = repeats && alert.CooldownSeconds > 0 ? Earliest(until, after.WakeAt) : after.WakeAt,
                // Without a cooldown the next observation may fire again, crossing or not.
                Recheck = after.Recheck || (repeats && alert.CooldownSeconds == 0),
            },
            null, IsNotice: false);
    }

    private static Decision Settle(DecisionInput input, Stop stop)
    {
        if (stop.Outcome == Outcome.Inactive)
        {
            return new Decision(Outcome.Inactive, null, [], input.Alert, null, IsNotice: false);
        }
        var after = Settled(input);
        return new Decision(
            stop.Outcome, CauseOf(input.Alert, input.Evaluation), [],
            after with { WakeAt = Earliest(after.WakeAt, stop.LookAgainAt), Recheck = after.Recheck || stop.Recheck },
            stop.Suppression, stop.IsNotice);
    }

    // What the evaluation alone makes of the alert. Where nothing is known it keeps what was, unless missing data is to count as false.
    private static Alert Settled(DecisionInput input)
    {
        var (alert, evaluation) = (input.Alert, input.Evaluation);
        return alert with
        {
            Latched = evaluation.Side ?? (alert.NoData != "ok" && alert.Latched),
            SideKnown = alert.SideKnown || evaluation.Side is not null,
            Pending = evaluation.Pending,
            Stale = evaluation.IsStale,
            Recheck = evaluation.Pending || evaluation.AnyTooOld,
            WakeAt = alert.NoData == "keep" ? null : evaluation.TooOldAt,
        };
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
