using System.Globalization;

using DawsOS.Canonical;
using DawsOS.Delivery;

namespace DawsOS.Alerts;

/// <summary>The stages of the pipeline before the intent. Each answers null to let a firing pass, and adds its verdict where words are wanted.</summary>
internal static class AlertGates
{
    public const string CooldownReason = "cooldown";
    public const string OccurrenceReason = "occurrence";

    public static Stop? Active(DecisionInput input, List<string>? reasons)
    {
        reasons?.Add(input.Alert.IsActive ? "active: passed" : "inactive: the alert is switched off");
        return input.Alert.IsActive ? null : new Stop(Outcome.Inactive);
    }

    public static Stop? Evaluate(DecisionInput input, List<string>? reasons)
    {
        var (alert, evaluation) = (input.Alert, input.Evaluation);
        reasons?.AddRange(evaluation.Leaves.Select(leaf => Explain(leaf, input.Now)));
        if (AlertRules.CauseOf(alert, evaluation) is { } cause)
        {
            if (cause == AlertRules.NoData)
            {
                reasons?.Add("no_data: a value is too old, which is to be alerted");
            }
            return null;
        }
        if (evaluation.Truth is true)
        {
            reasons?.Add(alert.SideKnown ? "cross: it was true at the previous tick already" : "cross: this is the first side it is seen on");
            return new Stop(Outcome.NotMet);
        }
        if (evaluation.Truth is false)
        {
            return new Stop(evaluation.Pending ? Outcome.Pending : Outcome.NotMet);
        }
        if (evaluation.IsStale && alert.NoData == "notice")
        {
            reasons?.Add("no_data: a value is too old; the user is told once a day of the alerts for which that is so");
            return new Stop(Outcome.Stale, LookAgainAt: input.Day.End, IsNotice: true);
        }
        return new Stop(evaluation.IsStale || evaluation.AnyTooOld ? Outcome.Stale : Outcome.NoData);
    }

    public static Stop? Cooldown(DecisionInput input, List<string>? reasons)
    {
        var (alert, left) = (input.Alert, AlertRules.CooldownLeft(input.Alert, input.Now));
        if (left == TimeSpan.Zero)
        {
            reasons?.Add("cooldown: passed");
            return null;
        }
        reasons?.Add($"cooldown: {Hours(left)} h left, until {Text(alert.CooldownUntil!.Value)}");
        // A cross edge that a cooldown swallows is never replayed.
        return new Stop(
            Outcome.Cooldown, new Suppression(CooldownReason, alert.LastFiredAt!.Value), alert.Mode == Alert.Level ? input.Now + left : null);
    }

    public static Stop? Occurrence(DecisionInput input, List<string>? reasons)
    {
        var alert = input.Alert;
        if (input.FiringsOnEvidence == 0 || alert.CooldownSeconds > 0)
        {
            reasons?.Add("occurrence: passed");
            return null;
        }
        reasons?.Add("occurrence: this observation has fired already; without a cooldown a new one is needed");
        return new Stop(
            Outcome.Duplicate, new Suppression(OccurrenceReason, alert.LastFiredAt ?? input.Now), Recheck: alert.Mode == Alert.Level);
    }

    public static Stop? Channels(DecisionInput input, List<string>? reasons)
    {
        reasons?.AddRange(input.Channels.Select(ChannelRules.Explain));
        if (input.Channels.Any(channel => channel.IsAccepted))
        {
            return null;
        }
        var level = input.Alert.Mode == Alert.Level;
        var first = input.Channels.FirstOrDefault();
        return first is null
            ? new Stop(Outcome.Suppressed)
            : new Stop(
                input.Channels.All(channel => channel.Reason == ChannelRules.Content) ? Outcome.Duplicate : Outcome.Suppressed,
                new Suppression(first.Reason!, first.WindowStart),
                level ? input.Channels.Min(channel => channel.PassesAt) : null,
                // An observation with another message may pass where this one did not.
                Recheck: level);
    }

    private static string Explain(LeafTruth truth, DateTimeOffset now)
    {
        var leaf = truth.Leaf;
        if (truth.Newest is not { } newest)
        {
            return $"condition: {leaf.SeriesId} has no observation";
        }
        if (truth.Unknown == Unknown.TooOld)
        {
            return $"condition: {leaf.SeriesId} changed last {Text(newest.ReceivedAt)}, {Hours(now - newest.ReceivedAt)} h ago, longer than its max_age";
        }
        var verdict = truth.Truth is true ? "true" : truth.Pending ? $"true, but not on {leaf.For} dates yet" : "false";
        var (value, symbol, threshold) = (leaf.Shown(newest.Value), Shown(leaf).Symbol(), leaf.Shown(leaf.Threshold));
        return $"condition: {leaf.Subject} {ExactDecimal.ToText(value)} {symbol} {ExactDecimal.ToText(threshold)} is {verdict} on {newest.Date:yyyy-MM-dd}{Band(leaf)}";
    }

    private static Comparison Shown(Leaf leaf) => leaf.IsLoss ? Comparison.Above : leaf.Comparison;

    private static string Band(Leaf leaf) => leaf.Clear is { } clear ? $" (clears beyond {ExactDecimal.ToText(leaf.Shown(clear))})" : "";

    private static string Hours(TimeSpan left) => Math.Round((decimal)left.TotalHours, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
