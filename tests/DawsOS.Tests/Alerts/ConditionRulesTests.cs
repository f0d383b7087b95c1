using System.Collections.Immutable;
using System.Globalization;

using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>The truth of conditions alone, against worked cases and an oracle that walks forward in time.</summary>
public sealed class ConditionRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0.1500000001", ">=", "0.15", true)]
    [InlineData("0.3", "==", "0.3", true)]
    [InlineData("0.30000000000000004", "==", "0.3", false)]
    [InlineData("30", ">", "30", false)]
    [InlineData("30", ">=", "30.0", true)]
    [InlineData("-1", "<", "0", true)]
    [InlineData("0", "<=", "-0.0", true)]
    [InlineData("0", "!=", "0", false)]
    public void C15_Comparisons_are_exact(string value, string op, string threshold, bool met) =>
        Assert.Equal(met, new Leaf("series", "X", null, "X", Comparisons.Parse(op)!.Value, Parse(threshold)).Side(Parse(value)));

    [Fact]
    public void C05_A_for_of_three_is_true_at_the_third_in_a_row()
    {
        var leaf = Above(30) with { For = 3 };

        Assert.Equal("FFFFFT", Truths(leaf, 31, 31, 29, 31, 31, 31));
        Assert.Equal("PP.PP.", Pendings(leaf, 31, 31, 29, 31, 31, 31));
    }

    [Fact]
    public void C06_Between_fire_and_clear_it_stays_what_it_was() => Assert.Equal("FTTTTFT", Truths(Above(30) with { Clear = 27 }, 29, 31, 29, 31, 28, 26.9m, 31));

    [Fact]
    public void Inside_the_band_since_the_beginning_it_never_became_true() => Assert.Equal("FFF", Truths(Above(30) with { Clear = 27 }, 28, 29, 30));

    [Fact]
    public void Random_leaves_agree_with_a_walk_forward_in_time()
    {
        var random = new Random(20261125);
        for (var round = 0; round < 2_000; round++)
        {
            var below = random.Next(2) == 0;
            var leaf = new Leaf("series", "X", null, "X", below ? Comparison.AtOrBelow : Comparison.Above, 5)
            {
                For = random.Next(1, 5),
                Clear = random.Next(2) == 0 ? below ? 5 + random.Next(1, 4) : 5 - random.Next(0, 4) : null,
            };
            decimal[] values = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => (decimal)random.Next(0, 11))];

            var (side, run) = (false, 0);
            foreach (var value in values)
            {
                side = leaf.Side(value) ?? side;
                run = side ? run + 1 : 0;
            }

            Assert.True((run >= leaf.For) == (Evaluate(leaf, values).Truth is true), $"{leaf} of {string.Join(",", values)}");
        }
    }

    [Fact]
    public void What_is_read_so_far_decides_or_says_that_it_does_not()
    {
        var leaf = Above(30) with { Clear = 27 };

        Assert.True(ConditionRules.NeedsMore(leaf, Data([28], isWhole: false)));
        Assert.False(ConditionRules.NeedsMore(leaf, Data([28, 31], isWhole: false)));
        Assert.False(ConditionRules.NeedsMore(leaf, Data([28], isWhole: true)));
        Assert.False(ConditionRules.NeedsMore(Above(30) with { For = 3 }, Data([29], isWhole: false)));
        Assert.True(ConditionRules.NeedsMore(Above(30) with { For = 3 }, Data([31, 31], isWhole: false)));
    }

    [Fact]
    public void False_wins_all_and_true_wins_any_and_unknown_is_not_met()
    {
        bool?[] values = [true, false, null];
        foreach (var (a, b) in values.SelectMany(a => values.Select(b => (a, b))))
        {
            Assert.Equal(a is false || b is false ? false : a is null || b is null ? null : true, Group(all: true, a, b));
            Assert.Equal(a is true || b is true ? true : a is null || b is null ? null : (bool?)false, Group(all: false, a, b));
        }
    }

    [Fact]
    public void Groups_nest_and_the_first_true_leaf_is_the_one_that_is_shown()
    {
        var (no, yes) = (Above(30) with { SeriesId = "NO" }, Above(30) with { SeriesId = "YES" });
        var condition = new Group("any", false, [new Group("all", true, [no, yes]), new Group("all", true, [yes, yes])]);

        var evaluation = ConditionRules.Evaluate(condition, leaf => Data([leaf.SeriesId == "YES" ? 31 : 29], true), Now, Now);

        Assert.True(evaluation.Truth);
        Assert.Equal("YES", evaluation.Shown.Leaf.SeriesId);
    }

    [Fact]
    public void An_age_counts_from_the_last_change_or_without_one_from_the_alerts_creation()
    {
        var leaf = Above(30) with { MaxAge = TimeSpan.FromHours(1) };

        Evaluation At(DateTimeOffset now, LeafData data) => ConditionRules.Evaluate(leaf, _ => data, Now, now);

        Assert.True(At(Now.AddMinutes(59), Data([31], true)).Truth);
        Assert.Equal((null, true), (At(Now.AddMinutes(60), Data([31], true)).Truth, At(Now.AddMinutes(60), Data([31], true)).IsStale));
        Assert.False(At(Now.AddMinutes(59), LeafData.None).IsStale);
        Assert.True(At(Now.AddMinutes(60), LeafData.None).IsStale);
    }

    private static bool? Group(bool all, bool? a, bool? b)
    {
        var parts = new[] { a, b }.Select((truth, i) => (Leaf: Above(30) with { SeriesId = $"{i}" }, truth)).ToList();
        return ConditionRules.Evaluate(
            new Group(all ? "all" : "any", all, [.. parts.Select(part => part.Leaf)]),
            leaf => parts[int.Parse(leaf.SeriesId, CultureInfo.InvariantCulture)].truth is { } truth ? Data([truth ? 31 : 29], true) : LeafData.None, Now, Now).Truth;
    }

    private static string Truths(Leaf leaf, params decimal[] values) =>
        string.Concat(values.Select((_, i) => Evaluate(leaf, values[..(i + 1)]).Truth is true ? 'T' : 'F'));

    private static string Pendings(Leaf leaf, params decimal[] values) =>
        string.Concat(values.Select((_, i) => Evaluate(leaf, values[..(i + 1)]).Pending ? 'P' : '.'));

    private static Evaluation Evaluate(Leaf leaf, decimal[] values) => ConditionRules.Evaluate(leaf, _ => Data([.. values.Reverse()], isWhole: true), Now, Now);

    private static LeafData Data(ImmutableArray<decimal> newestFirst, bool isWhole) =>
        new(new Reading { SeriesId = "X", Value = newestFirst[0], Date = new DateOnly(2026, 2, 27), ReceivedAt = Now }, newestFirst, isWhole);

    private static Leaf Above(decimal threshold) => new("series", "X", null, "X", Comparison.Above, threshold);

    private static decimal Parse(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
