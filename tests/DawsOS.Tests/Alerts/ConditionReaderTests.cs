using System.Text;

namespace DawsOS.Alerts;

/// <summary>What a condition may be, type by type, and where its faults are.</summary>
public sealed class ConditionReaderTests
{
    private const string Portfolio = "0198a000-0000-7000-8000-00000000abcd";

    [Theory]
    [InlineData("""{"type":"macro","entity":"CPI","metric":"level","op":">","value":300}""", "CPIAUCSL > 300")]
    [InlineData("""{"type":"series","series_id":"X","op":"!=","value":-0.5}""", "X != -0.5")]
    [InlineData($$"""{"type":"metric","portfolio_id":"{{Portfolio}}","metric":"twr_1y","op":"<","value":0}""", $"metric:{Portfolio}:twr_1y < 0")]
    [InlineData("""{"type":"rating","symbol":"AAPL","metric":"moat_score","op":"<","value":6}""", "rating:AAPL:moat_strength < 6")]
    [InlineData("""{"type":"rating","symbol":"AAPL","metric":"balance_sheet_score","op":"<","value":6}""", "rating:AAPL:resilience < 6")]
    [InlineData("""{"type":"rating","symbol":"AAPL","metric":"overall_rating","op":">=","value":9.5}""", "rating:AAPL:overall_rating >= 9.5")]
    [InlineData("""{"type":"price","symbol":"BRK.B","op":">","value":500}""", "price:BRK.B:close > 500")]
    [InlineData("""{"type":"price","symbol":"^GSPC","metric":"change_pct","op":"<","value":-0.05}""", "price:^GSPC:change_pct < -0.05")]
    [InlineData("""{"type":"news_sentiment","symbol":"AAPL","op":"<","value":-0.3}""", "news:AAPL:sentiment_7d < -0.3")]
    [InlineData($$"""{"type":"dar_breach","portfolio_id":"{{Portfolio}}"}""", $"dar:{Portfolio}:0.95:30 < -0.15")]
    [InlineData($$"""{"type":"dar_breach","portfolio_id":"{{Portfolio}}","threshold":0.1,"confidence":0.99,"horizon_days":10}""", $"dar:{Portfolio}:0.99:10 < -0.1")]
    [InlineData($$"""{"type":"drawdown_limit","portfolio_id":"{{Portfolio}}"}""", $"metric:{Portfolio}:current_drawdown < -0.2")]
    [InlineData($$"""{"type":"drawdown_limit","portfolio_id":"{{Portfolio}}","limit":0.1,"basis":"max_drawdown_1y"}""", $"metric:{Portfolio}:max_drawdown_1y < -0.1")]
    [InlineData("""{"type":"regime_shift"}""", "regime:distance >= 1, regime:confidence >= 0.9")]
    [InlineData("""{"type":"regime_shift","confidence":0.8,"min_distance":2}""", "regime:distance >= 2, regime:confidence >= 0.8")]
    [InlineData("""{"type":"any","of":[{"type":"macro","entity":"VIX","op":">","value":30},{"type":"regime_shift"}]}""", "VIXCLS > 30, regime:distance >= 1, regime:confidence >= 0.9")]
    public void C16_Every_type_is_read(string json, string leaves)
    {
        var reading = ConditionReader.Read(json, "");

        Assert.Empty(reading.Errors);
        Assert.Equal(leaves, string.Join(", ", reading.Condition!.Leaves.Select(leaf => FormattableString.Invariant($"{leaf.SeriesId} {leaf.Comparison.Symbol()} {leaf.Threshold}"))));
        Assert.All(reading.Condition.SeriesIds, id => Assert.True(Series.SeriesIds.IsValid(id)));
        Assert.Equal(reading.Condition.Leaves, ConditionReader.Stored(reading.Canonical).Leaves);
        Assert.NotEqual("Alert", AlertTexts.DefaultName(reading.Condition));
    }

    [Theory]
    [InlineData("""{"type":"weather"}""", "/type")]
    [InlineData("""{"type":["macro"]}""", "/type")]
    [InlineData("""{"type":"macro","entity":"VIX","metric":"change","op":">","value":1}""", "/metric")]
    [InlineData("""{"type":"metric","portfolio_id":"mine","metric":"twr_1y","op":">","value":1}""", "/portfolio_id")]
    [InlineData($$"""{"type":"metric","portfolio_id":"{{Portfolio}}","metric":"twr_1y; DROP TABLE","op":">","value":1}""", "/metric")]
    [InlineData("""{"type":"rating","symbol":"AAPL","metric":"quality_score","op":"<","value":6}""", "/metric")]
    [InlineData("""{"type":"rating","symbol":"AAPL","metric":"moat_score","op":"<","value":10.1}""", "/value")]
    [InlineData("""{"type":"news_sentiment","symbol":"AAPL","op":"<","value":-1.01}""", "/value")]
    [InlineData("""{"type":"price","symbol":"a:b","op":">","value":1}""", "/symbol")]
    [InlineData("""{"type":"price","symbol":"ABCDEFGHIJKLMNOPQRSTU","op":">","value":1}""", "/symbol")]
    [InlineData("""{"type":"price","symbol":"A\r\nBcc: x","op":">","value":1}""", "/symbol")]
    [InlineData("""{"type":"price","symbol":"AAPL","metric":"bid","op":">","value":1}""", "/metric")]
    [InlineData($$"""{"type":"dar_breach","portfolio_id":"{{Portfolio}}","threshold":0.04}""", "/threshold")]
    [InlineData($$"""{"type":"dar_breach","portfolio_id":"{{Portfolio}}","horizon_days":1.5}""", "/horizon_days")]
    [InlineData($$"""{"type":"drawdown_limit","portfolio_id":"{{Portfolio}}","limit":0.41}""", "/limit")]
    [InlineData($$"""{"type":"drawdown_limit","portfolio_id":"{{Portfolio}}","op":">"}""", "/op")]
    [InlineData("""{"type":"regime_shift","confidence":0.79}""", "/confidence")]
    [InlineData("""{"type":"regime_shift","min_distance":3}""", "/min_distance")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":30,"for":0}""", "/for")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":30,"for":1001}""", "/for")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":30,"for":"3"}""", "/for")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":30,"clear_value":31}""", "/clear_value")]
    [InlineData("""{"type":"series","series_id":"X","op":">=","value":30,"clear_value":30}""", "/clear_value")]
    [InlineData("""{"type":"series","series_id":"X","op":"<","value":30,"clear_value":29}""", "/clear_value")]
    [InlineData("""{"type":"series","series_id":"X","op":"==","value":30,"clear_value":29}""", "/clear_value")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":30,"max_age":0}""", "/max_age")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":79228162514264337593543950336}""", "/value")]
    [InlineData("""{"type":"all","of":[]}""", "/of")]
    [InlineData("""{"type":"all","of":{}}""", "/of")]
    [InlineData("""{"type":"all","of":["x"]}""", "/of/0")]
    [InlineData("""{"type":"all","of":[{"type":"series","series_id":"X","op":">","value":1,"cooldown_min":3}]}""", "/of/0/cooldown_min")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":1,"window":"hourly"}""", "/window")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":1,"notify":{"sms":true}}""", "/notify")]
    [InlineData("""{"type":"series","series_id":"X","op":">","value":1,"cooldown_min":-1}""", "/cooldown_min")]
    public void C16_What_cannot_be_is_pointed_at(string json, string pointer)
    {
        var reading = ConditionReader.Read(json, "");

        Assert.Null(reading.Condition);
        Assert.Equal([pointer], reading.Errors.Select(error => error.Pointer));
    }

    [Fact]
    public void Groups_are_three_deep_and_hold_ten_leaves()
    {
        const string Leaf = """{"type":"series","series_id":"X","op":">","value":1}""";
        static string Nest(string inner, int depth) => depth == 0 ? inner : Nest($$"""{"type":"all","of":[{{inner}}]}""", depth - 1);
        static string Of(params IEnumerable<string> parts) => $$"""{"type":"any","of":[{{string.Join(",", parts)}}]}""";

        Assert.Empty(ConditionReader.Read(Nest(Leaf, 3), "").Errors);
        Assert.Equal(["/of/0/of/0/of/0/type"], ConditionReader.Read(Nest(Leaf, 4), "").Errors.Select(error => error.Pointer));
        Assert.Empty(ConditionReader.Read(Of(Enumerable.Repeat(Leaf, 10)), "").Errors);
        Assert.Equal([""], ConditionReader.Read(Of(Enumerable.Repeat(Of(Leaf, Leaf, Leaf), 4)), "").Errors.Select(error => error.Pointer));
        Assert.Equal(["/of"], ConditionReader.Read(Of(Enumerable.Repeat(Leaf, 100_000)), "").Errors.Select(error => error.Pointer));
    }

    [Fact]
    public void Notify_cooldown_and_window_go_where_they_belong()
    {
        var reading = ConditionReader.Read(
            """{"type":"macro","entity":"VIX","op":">","value":30,"window":"intraday","notify":{"inapp":false,"email":true},"cooldown_min":7}""", "");

        Assert.Empty(reading.Errors);
        Assert.Equal("""{"entity":"VIX","op":">","type":"macro","value":30}""", reading.Canonical);
        Assert.Equal(new AlertChannels(false, true, false), reading.Notify);
        Assert.Equal(420m, reading.CooldownSeconds);
    }

    [Fact]
    public void Every_portfolio_it_speaks_of_is_known()
    {
        var reading = ConditionReader.Read(
            $$"""{"type":"any","of":[{"type":"regime_shift","portfolio_id":"{{Portfolio}}"},{"type":"dar_breach","portfolio_id":"{{Portfolio.ToUpperInvariant()}}"}]}""", "");

        Assert.Equal([Guid.Parse(Portfolio), Guid.Parse(Portfolio)], reading.Portfolios);
        Assert.Contains(Portfolio, reading.Condition!.Leaves.Last().SeriesId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_text_is_refused_without_being_repeated()
    {
        var text = new StringBuilder("{\"type\":\"").Append('x', 1_000_000).Append("\"}").ToString();

        Assert.InRange(ConditionReader.Read(text, "").Errors.Single().Message.Length, 1, 500);
    }
}
