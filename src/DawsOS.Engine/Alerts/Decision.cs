using System.Collections.Immutable;

using DawsOS.Delivery;

namespace DawsOS.Alerts;

/// <summary>What deciding an alert came to.</summary>
internal enum Outcome
{
    Fired,
    NotMet,
    Pending,
    Cooldown,
    Duplicate,
    Suppressed,
    Stale,
    NoData,
    Inactive,
}

/// <summary>Everything that a decision depends on.</summary>
/// <param name="Alert">As it is before.</param>
/// <param name="Evaluation">The condition's truth now.</param>
/// <param name="FiringsOnEvidence">Firings of this rule version on the newest leaf change.</param>
/// <param name="Channels">Every selected channel's verdict.</param>
/// <param name="Day">The user's day.</param>
/// <param name="Now">UTC.</param>
/// <param name="Explain">Every gate is asked and says its reason; else the first that stops ends it, without words.</param>
internal sealed record DecisionInput(
    Alert Alert, Evaluation Evaluation, int FiringsOnEvidence, ImmutableArray<ChannelVerdict> Channels, LocalDay Day, DateTimeOffset Now, bool Explain);

/// <summary>A firing that a gate stopped; counted per reason and window.</summary>
internal sealed record Suppression(string Reason, DateTimeOffset WindowStart);

/// <summary>Why and how a gate stopped a firing.</summary>
/// <param name="Outcome">What it comes to.</param>
/// <param name="Suppression">Set when the condition was met.</param>
/// <param name="LookAgainAt">When the gate would pass; null = no time alone makes it pass.</param>
/// <param name="Recheck">The next tick may make it pass, crossing or not.</param>
/// <param name="IsNotice">The user is told that data is missing.</param>
internal sealed record Stop(Outcome Outcome, Suppression? Suppression = null, DateTimeOffset? LookAgainAt = null, bool Recheck = false, bool IsNotice = false);

/// <summary>The outcome, why, and what it makes of the alert.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Cause">condition or no_data when it fired or would have but for a gate; else null.</param>
/// <param name="Reasons">Every gate's verdict, in order; empty unless they were asked for.</param>
/// <param name="After">The alert as it is now.</param>
/// <param name="Suppression">Set when a gate stopped it.</param>
/// <param name="IsNotice">The user is told that data is missing.</param>
internal sealed record Decision(
    Outcome Outcome, string? Cause, ImmutableArray<string> Reasons, Alert After, Suppression? Suppression, bool IsNotice);
