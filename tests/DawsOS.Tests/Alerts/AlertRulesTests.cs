using DawsOS.Series;

namespace DawsOS.Alerts;

public sealed class AlertRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid Ingest = Guid.Parse("00000000-0000-7000-8000-000000000001");

    [Theory]
    [InlineData("0.1500000001", ">=", "0.15", true)]
    [InlineData("0.3", "==", "0.3", true)]
    [InlineData("0.30000000000000004", "==", "0.3", false)]
    [InlineData("30", ">", "30", false)]
    [InlineData("30", ">=", "30.0", true)]
    [InlineData("-1", "<", "0", true)]
    [InlineData("0", "<=", "-0.0", true)]
    [InlineData("0", "!=", "0", false)]
    public void C15_Comparisons_are_exact(string value, string op, string threshold, bool met)
    {
        var condition = new Condition("series", "X", null, "X", Comparisons.Parse(op)!.Value, Parse(threshold));

        Assert.Equal(met, condition.IsMet(Parse(value)));
    }

    [Fact]
    public void No_value_is_neither_true_nor_false()
    {
        var decision = AlertRules.Decide(New(), Above(30), null, default, Now);

        Assert.Equal(Outcome.NoData, decision.Outcome);
        Assert.Equal(["condition: X has no observation"], decision.Reasons);
        Assert.Null(decision.After.WakeAt);
    }

    [Fact]
    public void A_firing_starts_the_cooldown_and_is_due_again_at_its_end()
    {
        var decision = AlertRules.Decide(New(cooldownHours: 24), Above(30), Reading(31), default, Now);

        Assert.Equal(Outcome.Fired, decision.Outcome);
        Assert.Equal(Now, decision.After.LastFiredAt);
        Assert.Equal(Now.AddHours(24), decision.After.WakeAt);
        Assert.True(decision.After.Latched);
        Assert.False(decision.Recheck);
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

        var decision = AlertRules.Decide(alert, Above(30), Reading(31), default, Now.AddHours(hoursLater));

        Assert.Equal(fires ? Outcome.Fired : Outcome.Cooldown, decision.Outcome);
        Assert.Equal(fires ? null : new Suppression("cooldown", Now), decision.Suppression);
        Assert.Equal(fires, AlertRules.State(alert, Now.AddHours(hoursLater)) == AlertRules.Armed);
    }

    [Fact]
    public void The_same_evidence_fires_again_only_after_a_cooldown()
    {
        var facts = new LedgerFacts(1, InappAcceptedToday: false);
        var fired = New(cooldownHours: 0) with { LastFiredAt = Now.AddHours(-1), CooldownUntil = Now.AddHours(-1), Latched = true };

        var without = AlertRules.Decide(fired, Above(30), Reading(31), facts, Now);
        var with = AlertRules.Decide(fired with { CooldownSeconds = 60 }, Above(30), Reading(31), facts, Now);

        Assert.Equal((Outcome.Duplicate, true), (without.Outcome, without.Recheck));
        Assert.Equal(Outcome.Fired, with.Outcome);
    }

    [Fact]
    public void One_delivery_a_day_and_the_next_look_is_at_midnight_UTC()
    {
        var decision = AlertRules.Decide(New(cooldownHours: 1), Above(30), Reading(31), new LedgerFacts(1, InappAcceptedToday: true), Now);

        Assert.Equal(Outcome.Suppressed, decision.Outcome);
        Assert.Equal(new Suppression("daily_cap", new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)), decision.Suppression);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), decision.After.WakeAt);
        Assert.Null(decision.After.LastFiredAt);
    }

    [Fact]
    public void Every_gate_that_was_asked_says_so()
    {
        var decision = AlertRules.Decide(New(), Above(30), Reading(31), default, Now);

        Assert.Equal(["condition: X 31 > 30 is true on 2026-02-27", "cooldown: passed", "occurrence: passed", "day: passed"], decision.Reasons);
    }

    [Theory]
    [InlineData(">", 1)]
    [InlineData("<=", 1)]
    [InlineData("==", 2)]
    [InlineData("!=", 2)]
    public void Boundaries_enclose_the_threshold(string op, int count)
    {
        var condition = Above(0.1m) with { Comparison = Comparisons.Parse(op)!.Value };

        var boundaries = AlertRules.BoundariesOf(condition);

        Assert.Equal(count, boundaries.Length);
        Assert.True(Boundaries.Down(0.1m) <= boundaries[0] && boundaries[^1] <= Boundaries.Up(0.1m));
    }

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

    private static Condition Above(decimal threshold) => new("series", "X", null, "X", Comparison.Above, threshold);

    private static Alert New(decimal cooldownHours = 24) => new() { IsActive = true, RuleVersion = 1, CooldownSeconds = cooldownHours * 3600 };

    private static Reading Reading(decimal value) => new()
    {
        SeriesId = "X",
        Date = new DateOnly(2026, 2, 27),
        Value = value,
        IngestId = Ingest,
        ReceivedAt = Now,
    };

    private static decimal Parse(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
