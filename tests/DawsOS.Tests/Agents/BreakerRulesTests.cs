namespace DawsOS.Agents;

public sealed class BreakerRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly BreakerRules Rules = new(5, TimeSpan.FromSeconds(60));

    [Fact]
    public void It_opens_at_the_fifth_failure_in_a_row_and_a_success_starts_the_count_again()
    {
        var breaker = Fail(Breaker.Closed, 4);
        breaker = End(breaker, CallEnd.Succeeded);
        breaker = Fail(breaker, 4);
        Assert.Equal(CircuitState.Closed, breaker.State);

        breaker = Fail(breaker, 1);

        Assert.Equal(CircuitState.Open, breaker.State);
        Assert.Equal(TimeSpan.FromSeconds(60), BreakerRules.Admit(breaker, Start).Admission.Refused);
        Assert.Equal(TimeSpan.FromSeconds(1), BreakerRules.Admit(breaker, Start.AddSeconds(59)).Admission.Refused);
    }

    [Theory]
    [InlineData("Business")]
    [InlineData("Cancelled")]
    public void What_is_no_failure_of_the_infrastructure_does_not_count(string end)
    {
        var breaker = Fail(Breaker.Closed, 4);

        breaker = End(breaker, Enum.Parse<CallEnd>(end));

        Assert.Equal(4, breaker.Failures);
        Assert.Equal(CircuitState.Open, Fail(breaker, 1).State);
    }

    [Fact]
    public void Half_open_lets_exactly_one_pass()
    {
        var open = Fail(Breaker.Closed, 5);

        var (probing, first) = BreakerRules.Admit(open, Start.AddSeconds(60));
        var (still, second) = BreakerRules.Admit(probing, Start.AddSeconds(61));

        Assert.Null(first.Refused);
        Assert.Equal(CircuitState.HalfOpen, probing.State);
        Assert.NotNull(second.Refused);
        Assert.Equal(probing, still);
    }

    [Theory]
    [InlineData("Succeeded", CircuitState.Closed)]
    [InlineData("Business", CircuitState.Closed)]
    [InlineData("Infrastructure", CircuitState.Open)]
    [InlineData("Cancelled", CircuitState.Open)]
    public void The_probe_decides(string end, CircuitState expected)
    {
        var now = Start.AddSeconds(75);
        var (probing, admission) = BreakerRules.Admit(Fail(Breaker.Closed, 5), now);

        var after = Rules.Ended(probing, admission, Enum.Parse<CallEnd>(end), now);

        Assert.Equal(expected, after.State);
        // A failed probe opens it for the full time again; after a cancelled one the next call is the probe.
        var refused = BreakerRules.Admit(after, now).Admission.Refused;
        Assert.Equal(end == "Infrastructure" ? TimeSpan.FromSeconds(60) : null, refused);
    }

    [Fact]
    public void A_call_from_before_it_opened_says_nothing()
    {
        var (breaker, early) = BreakerRules.Admit(Breaker.Closed, Start);
        breaker = Fail(breaker, 5);

        Assert.Equal(breaker, Rules.Ended(breaker, early, CallEnd.Succeeded, Start.AddSeconds(1)));
        Assert.Equal(breaker, Rules.Ended(breaker, early, CallEnd.Infrastructure, Start.AddSeconds(1)));
        // Nor does it while the probe is out.
        var (probing, _) = BreakerRules.Admit(breaker, Start.AddSeconds(60));
        Assert.Equal(probing, Rules.Ended(probing, early, CallEnd.Succeeded, Start.AddSeconds(60)));
    }

    [Fact]
    public void A_reset_closes_it()
    {
        var reset = BreakerRules.Reset(Fail(Breaker.Closed, 5));

        Assert.Equal(CircuitState.Closed, reset.State);
        Assert.Equal(0, reset.Failures);
    }

    private static Breaker Fail(Breaker breaker, int times) =>
        Enumerable.Range(0, times).Aggregate(breaker, (current, _) => End(current, CallEnd.Infrastructure));

    private static Breaker End(Breaker breaker, CallEnd end)
    {
        var (admitting, admission) = BreakerRules.Admit(breaker, Start);
        return Rules.Ended(admitting, admission, end, Start);
    }
}
