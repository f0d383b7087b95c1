using System.Collections.Immutable;

using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>What is stored of a leaf's series: enough of it to decide the leaf.</summary>
/// <param name="Newest">The newest observation; null = none.</param>
/// <param name="Values">Newest first, one per date; holds at least the newest.</param>
/// <param name="IsWhole">There are no older ones.</param>
internal sealed record LeafData(Reading? Newest, ImmutableArray<decimal> Values, bool IsWhole)
{
    public static readonly LeafData None = new(null, [], true);
}

/// <summary>Why a leaf is unknown.</summary>
internal enum Unknown
{
    None,
    NoObservation,
    TooOld,
}

/// <summary>A leaf's truth.</summary>
/// <param name="Leaf">Which.</param>
/// <param name="Newest">Its newest observation.</param>
/// <param name="Truth">Null = unknown.</param>
/// <param name="Pending">The comparison is true, but not on enough dates yet.</param>
/// <param name="Unknown">Why it is unknown.</param>
/// <param name="TooOldAt">When its value is or becomes too old; null without max_age.</param>
internal sealed record LeafTruth(Leaf Leaf, Reading? Newest, bool? Truth, bool Pending, Unknown Unknown, DateTimeOffset? TooOldAt);

/// <summary>A condition's truth, a pure function of stored observations and, for max_age, of the time.</summary>
/// <param name="Truth">Null = unknown: never met.</param>
/// <param name="Pending">Not true yet only because a <c>for</c> is running.</param>
/// <param name="IsStale">Unknown because a value is older than its max_age.</param>
/// <param name="AnyTooOld">Some leaf's value is too old, whatever the whole is.</param>
/// <param name="TooOldAt">When the next value becomes too old; null = none will.</param>
/// <param name="Shown">The leaf that messages speak of: the first that is true, else the first.</param>
/// <param name="Evidence">The newest change among all leaves; null = no observation at all.</param>
/// <param name="Leaves">Every leaf, in the order written.</param>
internal sealed record Evaluation(
    bool? Truth, bool Pending, bool IsStale, bool AnyTooOld, DateTimeOffset? TooOldAt, LeafTruth Shown, Reading? Evidence, ImmutableArray<LeafTruth> Leaves)
{
    /// <summary>The ingest of the newest leaf change, or the empty id when there is none.</summary>
    public Guid EvidenceId => Evidence?.IngestId ?? Guid.Empty;

    /// <summary>
    /// The side that the alert stands on: a group that is unknown only in part is not met, so that a leaf without data hides no edge of the others. Null = no
    /// leaf is known.
    /// </summary>
    public bool? Side => Truth ?? (Leaves.Any(leaf => leaf.Truth is not null) ? false : null);
}
