using System.Collections.Immutable;

namespace DawsOS.Alerts;

/// <summary>What deciding an alert came to.</summary>
internal enum Outcome
{
    Fired,
    NotMet,
    Cooldown,
    Duplicate,
    Suppressed,
    NoData,
    Inactive,
}

/// <summary>What the ledger knows that a decision needs.</summary>
/// <param name="FiringsOnEvidence">Firings of this rule version on the newest observation's ingest.</param>
/// <param name="InappAcceptedToday">An in-app delivery of this alert was accepted on this UTC day.</param>
internal readonly record struct LedgerFacts(int FiringsOnEvidence, bool InappAcceptedToday);

/// <summary>A delivery that was stopped without a firing; counted per reason and window.</summary>
internal sealed record Suppression(string Reason, DateTimeOffset WindowStart);

/// <summary>The outcome, why, and what it makes of the alert.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reasons">Every gate's verdict, in order.</param>
/// <param name="After">The alert as it is now.</param>
/// <param name="Recheck">Its leaves must be nominated at the next tick even without a crossing.</param>
/// <param name="Suppression">Set when a gate stopped it.</param>
internal sealed record Decision(Outcome Outcome, ImmutableArray<string> Reasons, Alert After, bool Recheck, Suppression? Suppression);
