using System.Collections.Immutable;

namespace DawsOS.Alerts;

/// <summary>
/// The truth of conditions, pure: comparison → hysteresis → for on each leaf, then three-valued logic (false wins <c>all</c>, true wins <c>any</c>).
/// </summary>
internal static class ConditionRules
{
    /// <summary>Whether older observations must be read before the leaf can be decided.</summary>
    public static bool NeedsMore(Leaf leaf, LeafData data) => !data.IsWhole && !TryDecide(leaf, data, out _, out _);

    /// <param name="condition">What is evaluated.</param>
    /// <param name="data">Of every series of the condition, by leaf.</param>
    /// <param name="createdAt">Of the alert: where an age begins when there is no observation.</param>
    /// <param name="now">Only max_age depends on it.</param>
    public static Evaluation Evaluate(Condition condition, Func<Leaf, LeafData> data, DateTimeOffset createdAt, DateTimeOffset now)
    {
        if (condition is Leaf only)
        {
            // Most alerts are one comparison, and a tick decides thousands of them.
            var single = Decide(only, data(only), createdAt, now);
            return Of(single.Truth, [single], now);
        }
        var leaves = condition.Leaves.Select(leaf => Decide(leaf, data(leaf), createdAt, now)).ToImmutableArray();
        var next = 0;
        return Of(Truth(condition, leaves, ref next), leaves, now);
    }

    private static Evaluation Of(bool? truth, ImmutableArray<LeafTruth> leaves, DateTimeOffset now)
    {
        var (shown, evidence, pending, tooOld, tooOldAt) = (leaves[0], leaves[0].Newest, false, false, (DateTimeOffset?)null);
        foreach (var leaf in leaves)
        {
            if (leaf.Truth is true && shown.Truth is not true)
            {
                shown = leaf;
            }
            if (leaf.Newest is { } newest && (evidence is null || newest.Tick > evidence.Tick))
            {
                evidence = newest;
            }
            pending |= leaf.Pending;
            tooOld |= leaf.TooOldAt <= now;
            if (leaf.TooOldAt > now && (tooOldAt is null || leaf.TooOldAt < tooOldAt))
            {
                tooOldAt = leaf.TooOldAt;
            }
        }
        return new Evaluation(truth, pending && truth is not true, truth is null && tooOld, tooOld, tooOldAt, shown, evidence, leaves);
    }

    private static LeafTruth Decide(Leaf leaf, LeafData data, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var tooOldAt = (data.Newest?.ReceivedAt ?? createdAt) + leaf.MaxAge;
        if (data.Newest is null)
        {
            return new LeafTruth(leaf, null, null, Pending: false, Unknown.NoObservation, tooOldAt);
        }
        if (tooOldAt <= now)
        {
            return new LeafTruth(leaf, data.Newest, null, Pending: false, Unknown.TooOld, tooOldAt);
        }
        if (!TryDecide(leaf, data, out var truth, out var pending))
        {
            throw new InvalidOperationException($"Too little of {leaf.SeriesId} was read to decide it.");
        }
        return new LeafTruth(leaf, data.Newest, truth, pending, Unknown.None, tooOldAt);
    }

    // False = the values that were read are not enough.
    private static bool TryDecide(Leaf leaf, LeafData data, out bool truth, out bool pending)
    {
        (truth, pending) = (false, false);
        var values = data.Values.AsSpan();
        if (values.IsEmpty)
        {
            return data.IsWhole;
        }
        // Newest first: on each of the newest dates the side is that of the first value at or before it that decides.
        var side = (bool?)null;
        var decidedAt = -1;
        for (var date = 0; date < leaf.For; date++)
        {
            if (date >= values.Length)
            {
                pending = date > 0;
                return data.IsWhole;
            }
            if (decidedAt < date)
            {
                for (side = null, decidedAt = date; decidedAt < values.Length && (side = leaf.Side(values[decidedAt])) is null; decidedAt++)
                {
                }
                if (side is null)
                {
                    // Inside the band since the beginning: it never became true.
                    pending = date > 0;
                    return data.IsWhole;
                }
            }
            if (side is false)
            {
                pending = date > 0;
                return true;
            }
        }
        truth = true;
        return true;
    }

    private static bool? Truth(Condition condition, ImmutableArray<LeafTruth> leaves, ref int next)
    {
        if (condition is not Group group)
        {
            return leaves[next++].Truth;
        }
        bool? result = group.All;
        foreach (var part in group.Of)
        {
            var truth = Truth(part, leaves, ref next);
            if (result == !group.All)
            {
                continue;
            }
            result = truth == !group.All ? truth : truth is null ? null : result;
        }
        return result;
    }
}
