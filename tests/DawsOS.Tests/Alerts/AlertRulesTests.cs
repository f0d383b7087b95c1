using DawsOS.Delivery;
using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>The state machine alone: what it comes to, and what it makes of the alert.</summary>
public sealed class AlertRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly LocalDay Day = LocalDay.Of(Now, TimeZoneInfo.Utc);

    [Fact]
    public void No_value_is_neither_true_nor_false()
    {
        var decision = Decide(New(), null);

        Assert.Equal(Outcome.NoData, decision.Outcome);
        Assert.Contains("condition: X has no observation", decision.Reasons);
        Assert.Null(decision.After.WakeAt);
    }

    [Fact]
    public void A_firing_starts_the_cooldown_and_is_due_again_at_its_end()
    {
        var decision = Decide(New(cooldownHours: 24), 31);

        Assert.Equal((Outcome.Fired, AlertRules.Condition), (decision.Outcome, decision.Cause));
        Assert.Equal(Now, decision.After.LastFiredAt);
        Assert.Equal(Now.AddHours(24), decision.After.WakeAt);
        Assert.True(decision.After.Latched);
        Assert.False(decision.After.Recheck);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(23.999, false)]
    [InlineData(24, true)]
    [InlineData(30, true)]
    [InlineData(-48, false)]
    public void A_cooldown_ends_when_its_time_has_passed_and_never_early_by_a_clock_set_back(double hoursLater, bool fires)
    {
        var alert = New(cooldownHours: 24) with { LastFiredAt = Now, CooldownUntil = Now.AddHours(24), Latched = true };

        var decision = Decide(alert, 31, now: Now.AddHours(hoursLater));

        Assert.Equal(fires ? Outcome.Fired : Outcome.Cooldown, decision.Outcome);
        Assert.Equal(fires ? null : new Suppression("cooldown", Now), decision.Suppression);
        Assert.Equal(fires, AlertRules.State(alert, Now.AddHours(hoursLater)) == AlertRules.Armed);
    }

    [Fact]
    public void The_same_evidence_fires_again_only_after_a_cooldown()
    {
        var fired = New(cooldownHours: 0) with { LastFiredAt = Now.AddHours(-1), CooldownUntil = Now.AddHours(-1), Latched = true };

        var without = Decide(fired, 31, firings: 1);
        var with = Decide(fired with { CooldownSeconds = 60 }, 31, firings: 1);

        Assert.Equal((Outcome.Duplicate, true), (without.Outcome, without.After.Recheck));
        Assert.Equal(Outcome.Fired, with.Outcome);
    }

    [Fact]
    public void Without_a_channel_that_takes_it_there_is_no_firing_and_the_next_look_is_when_the_first_would()
    {
        var inapp = ChannelRules.Judge("inapp", null, new ChannelFacts(Now.AddHours(-2), AcceptedToday: true), Day);
        var email = ChannelRules.Judge("email", null, new ChannelFacts(null, AcceptedToday: true), Day);

        var decision = Decide(New(cooldownHours: 1) with { LastFiredAt = Now.AddHours(-2) }, 31, channels: [inapp, email]);

        Assert.Equal(Outcome.Suppressed, decision.Outcome);
        Assert.Equal(new Suppression("content", Now.AddHours(-2)), decision.Suppression);
        Assert.Equal(Day.End, decision.After.WakeAt);
        Assert.Equal(Now.AddHours(-2), decision.After.LastFiredAt);
        Assert.Equal(Outcome.Duplicate, Decide(New(), 31, channels: [inapp]).Outcome);
    }

    [Fact]
    public void A_dry_run_hears_every_gate_also_behind_the_one_that_stops_it()
    {
        var cooling = New(cooldownHours: 24) with { LastFiredAt = Now.AddHours(-1), CooldownUntil = Now.AddHours(23) };

        Assert.Equal(
            ["active: passed", "condition: X 31 > 30 is true on 2026-02-27", "cooldown: 23 h left, until 2026-03-03T08:00:00Z", "occurrence: passed", "inapp: passed"],
            Decide(cooling, 31).Reasons);
    }

    [Theory]
    [InlineData(true, false, true, Outcome.Fired)]
    [InlineData(true, true, true, Outcome.NotMet)]
    [InlineData(true, false, false, Outcome.NotMet)]
    [InlineData(false, false, true, Outcome.NotMet)]
    public void A_cross_alert_fires_on_the_edge_and_not_from_an_unknown_side(bool isTrue, bool latched, bool sideKnown, object outcome)
    {
        var alert = New() with { Mode = Alert.Cross, Latched = latched, SideKnown = sideKnown };

        var decision = Decide(alert, isTrue ? 31 : 29);

        Assert.Equal(outcome, decision.Outcome);
        Assert.Equal((isTrue, true), (decision.After.Latched, decision.After.SideKnown));
        Assert.Null(decision.After.WakeAt);
    }

    [Fact]
    public void An_edge_that_a_gate_swallows_is_not_replayed()
    {
        var alert = New(cooldownHours: 24) with { Mode = Alert.Cross, LastFiredAt = Now.AddHours(-1), CooldownUntil = Now.AddHours(23) };

        var swallowed = Decide(alert, 31);

        Assert.Equal((Outcome.Cooldown, null), (swallowed.Outcome, swallowed.After.WakeAt));
        Assert.Equal(Outcome.NotMet, Decide(swallowed.After, 31, now: Now.AddHours(48)).Outcome);
    }

    [Theory]
    [InlineData("ok", false, Outcome.Stale, false)]
    [InlineData("keep", true, Outcome.Stale, false)]
    [InlineData("alert", true, Outcome.Fired, false)]
    [InlineData("notice", true, Outcome.Stale, true)]
    public void C07_Each_policy_says_what_missing_data_does(string policy, bool stays, object outcome, bool notice)
    {
        var alert = New() with { NoData = policy, Latched = true };

        var decision = Decide(alert, 31, maxAge: TimeSpan.FromHours(1), received: Now.AddHours(-1));

        Assert.Equal(outcome, decision.Outcome);
        Assert.Equal(stays, decision.After.Latched);
        Assert.Equal(notice, decision.IsNotice);
        Assert.Equal((true, true), (decision.After.Stale, decision.After.Recheck));
        Assert.Equal(policy == "alert" ? AlertRules.NoData : null, decision.Cause);
    }

    [Fact]
    public void A_deadline_for_fresh_data_is_a_reason_to_wake_and_only_for_policies_that_act_on_it()
    {
        var fresh = Now.AddMinutes(-10);

        Assert.Equal(fresh.AddHours(1), Decide(New() with { NoData = "alert" }, 29, maxAge: TimeSpan.FromHours(1), received: fresh).After.WakeAt);
        Assert.Null(Decide(New(), 29, maxAge: TimeSpan.FromHours(1), received: fresh).After.WakeAt);
    }

    [Fact]
    public void The_rule_version_grows_with_the_rule_and_with_nothing_else()
    {
        var before = New() with { ConditionJson = "{}", RuleVersion = 3, RowVersion = 5 };
        var evaluation = Evaluate(31);

        Alert Edited(Alert edited) => AlertRules.Edit(before, edited, evaluation, Now);

        Assert.All([before with { ConditionJson = "{ }" }, before with { Mode = Alert.Cross }, before with { NoData = "ok" }], edited => Assert.Equal(4, Edited(edited).RuleVersion));
        Assert.All(
            [before with { Name = "x" }, before with { Severity = "info" }, before with { CooldownSeconds = 1 }, before with { MessageTemplate = "x" }, before with { NotifyEmail = true }],
            edited => Assert.Equal((3, 6), (Edited(edited).RuleVersion, Edited(edited).RowVersion)));
    }

    [Theory]
    [InlineData(">", 1)]
    [InlineData("<=", 1)]
    [InlineData("==", 2)]
    [InlineData("!=", 2)]
    public void Boundaries_enclose_the_threshold(string op, int count)
    {
        double[] boundaries = [.. AlertRules.BoundariesOf(Above(0.1m) with { Comparison = Comparisons.Parse(op)!.Value })];

        Assert.Equal(count, boundaries.Length);
        Assert.True(Boundaries.Down(0.1m) <= boundaries[0] && boundaries[^1] <= Boundaries.Up(0.1m));
    }

    [Fact]
    public void A_clear_value_is_a_boundary_too() => Assert.Equal([30d, 27d], AlertRules.BoundariesOf(Above(30) with { Clear = 27 }));

    [Fact]
    public void A_cooldown_of_a_fraction_is_kept_exactly()
    {
        var alert = AlertMapping.New(
            Guid.Empty,
            new CreateAlert(new Accounts.Caller(Guid.Empty, Accounts.Role.User), "", null, new AlertChannels(true, false, false), 0.0001m, "warning", true),
            ConditionReader.Read("""{"type":"macro","entity":"VIX","op":">","value":30}""", ""), Now);

        Assert.Equal(0.36m, alert.CooldownSeconds);
        Assert.Equal(0.0001m, AlertMapping.View(alert, Now).CooldownHours);
        Assert.Equal(TimeSpan.FromMilliseconds(360), AlertRules.Cooldown(alert.CooldownSeconds));
    }

    private static Decision Decide(
        Alert alert, decimal? value, int firings = 0, ChannelVerdict[]? channels = null, DateTimeOffset? now = null, TimeSpan? maxAge = null, DateTimeOffset? received = null) =>
        AlertRules.Decide(new DecisionInput(
            alert, Evaluate(value, maxAge, received, now), firings, [.. channels ?? [ChannelRules.Judge("inapp", null, default, Day)]], Day, now ?? Now, Explain: true));

    private static Evaluation Evaluate(decimal? value, TimeSpan? maxAge = null, DateTimeOffset? received = null, DateTimeOffset? now = null) => ConditionRules.Evaluate(
        Above(30) with { MaxAge = maxAge },
        _ => value is { } known ? new LeafData(Newest(known, received ?? Now), [known], IsWhole: false) : LeafData.None, Now, now ?? Now);

    private static Leaf Above(decimal threshold) => new("series", "X", null, "X", Comparison.Above, threshold);

    private static Alert New(decimal cooldownHours = 24) =>
        new() { IsActive = true, RuleVersion = 1, SideKnown = true, CooldownSeconds = cooldownHours * 3600, NotifyInapp = true };

    private static Reading Newest(decimal value, DateTimeOffset received) => new()
    {
        SeriesId = "X",
        Date = new DateOnly(2026, 2, 27),
        Value = value,
        IngestId = Guid.Parse("00000000-0000-7000-8000-000000000001"),
        ReceivedAt = received,
    };
}
