using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>What people read.</summary>
public sealed class AlertTextTests
{
    private const string Portfolio = "0198a000-0000-7000-8000-00000000abcd";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"type":"macro","entity":"VIX","op":">","value":30}""", "31.25", "VIX is above 30 (now level 31.25)", "Macro Alert: VIX")]
    [InlineData("""{"type":"series","series_id":"X","op":"<=","value":30}""", "29", "X is at or below 30 (now 29)", "Series Alert: X")]
    [InlineData($$"""{"type":"metric","portfolio_id":"{{Portfolio}}","metric":"twr_1y","op":"<","value":0}""", "-0.01", "Portfolio Main: twr_1y is below 0 (now -0.01)", "Metric Alert: twr_1y")]
    [InlineData("""{"type":"rating","symbol":"AAPL","metric":"moat_score","op":"<","value":6}""", "5.5", "AAPL moat_score is below 6 (now 5.5)", "Rating Alert: AAPL moat_score")]
    [InlineData("""{"type":"price","symbol":"AAPL","op":">=","value":200}""", "200", "AAPL close is at or above 200 (now 200)", "Price Alert: AAPL")]
    [InlineData("""{"type":"news_sentiment","symbol":"AAPL","op":"<","value":-0.3}""", "-0.4", "AAPL 7-day news sentiment is below -0.3 (now -0.4)", "Sentiment Alert: AAPL")]
    [InlineData($$"""{"type":"dar_breach","portfolio_id":"{{Portfolio}}"}""", "-0.1575", "⚠ Drawdown-at-risk 15.8 % exceeds 15.0 %", "DaR Alert")]
    [InlineData($$"""{"type":"drawdown_limit","portfolio_id":"{{Portfolio}}","limit":0.1}""", "-0.2", "🔴 Drawdown 20.0 % exceeds the limit 10.0 %", "Drawdown Alert")]
    [InlineData("""{"type":"regime_shift"}""", "1", "Macro regime changed by 1 (confidence 100 %)", "Regime Alert")]
    [InlineData("""{"type":"all","of":[{"type":"macro","entity":"VIX","op":">","value":30},{"type":"series","series_id":"X","op":">","value":1}]}""", "31", "VIX is above 30 (now level 31); X is above 1 (now 31)", "All of 2 conditions")]
    [InlineData("""{"type":"any","of":[{"type":"macro","entity":"VIX","op":"<","value":30},{"type":"series","series_id":"X","op":">","value":1}]}""", "31", "X is above 1 (now 31)", "Any of 2 conditions")]
    public void Each_type_says_condition_and_value(string json, string value, string message, string name)
    {
        var condition = ConditionReader.Stored(json);

        Assert.Equal(message, AlertTexts.Message(new Alert(), condition, Evaluate(condition, value), AlertRules.Condition, id => id == Portfolio ? "Main" : null));
        Assert.Equal(name, AlertTexts.DefaultName(condition));
    }

    [Fact]
    public void A_message_is_shortened_however_often_a_template_repeats_itself()
    {
        var condition = ConditionReader.Stored("""{"type":"macro","entity":"VIX","op":">","value":30}""");
        var alert = new Alert { Name = string.Concat(Enumerable.Repeat("🔴", 100)), MessageTemplate = "x" + string.Concat(Enumerable.Repeat("{{name}}", 181)) };

        var message = AlertTexts.Message(alert, condition, Evaluate(condition, "31"), AlertRules.Condition, _ => null);

        Assert.InRange(message.Length, AlertTexts.MaxMessage - 1, AlertTexts.MaxMessage);
        Assert.EndsWith("🔴…", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_never_invents_a_value()
    {
        foreach (var type in new[] { """{"type":"dar_breach","portfolio_id":"0198a000-0000-7000-8000-00000000abcd"}""", """{"type":"regime_shift"}""", """{"type":"macro","entity":"VIX","op":">","value":30}""" })
        {
            var condition = ConditionReader.Stored(type);
            var evaluation = ConditionRules.Evaluate(condition, _ => LeafData.None, Now, Now);

            Assert.Contains("unknown", AlertTexts.Message(new Alert(), condition, evaluation, AlertRules.Condition, _ => null), StringComparison.Ordinal);
            Assert.Contains("has no observation", AlertTexts.Message(new Alert(), condition, evaluation, AlertRules.NoData, _ => null), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_template_is_filled_in_and_what_is_filled_in_is_not_read_again()
    {
        var alert = new Alert { Name = "{{value}} & <b>", Severity = "critical", ConditionType = "macro", MessageTemplate = "{{ name }}: {{subject}} {{metric}} {{op}} {{threshold}}, {{value}} on {{date}} [{{severity}} {{type}}] {{message}}" };
        var condition = ConditionReader.Stored("""{"type":"macro","entity":"VIX","op":">","value":30}""");

        Assert.Equal(
            "{{value}} & <b>: VIX level > 30, 31 on 2026-02-27 [critical macro] VIX is above 30 (now level 31)",
            AlertTexts.Message(alert, condition, Evaluate(condition, "31"), AlertRules.Condition, _ => null));
    }

    [Theory]
    [InlineData("{{value}} is high", true)]
    [InlineData("plain {text}", true)]
    [InlineData("line\nfeed", true)]
    [InlineData("{{password}}", false)]
    [InlineData("{{value", false)]
    [InlineData("value}}", false)]
    [InlineData("{{value.x}}", false)]
    [InlineData("{{}}", false)]
    [InlineData("{{{{value}}}}", false)]
    [InlineData("a\u0000b", false)]
    [InlineData("a\rb", false)]
    [InlineData("  ", false)]
    public void A_template_is_checked_when_it_is_saved(string template, bool accepted) => Assert.Equal(accepted, MessageTemplate.Fault(template) is null);

    [Fact]
    public void A_megabyte_is_no_template() => Assert.InRange(MessageTemplate.Fault(string.Concat(Enumerable.Repeat("{{x", 350_000)))!.Length, 1, 200);

    private static Evaluation Evaluate(Condition condition, string value)
    {
        var newest = decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        return ConditionRules.Evaluate(
            condition, _ => new LeafData(new Reading { Value = newest, Date = new DateOnly(2026, 2, 27), ReceivedAt = Now }, [newest], IsWhole: true), Now, Now);
    }
}
