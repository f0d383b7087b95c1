using System.Net;

using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary>market_snapshot over HTTP on a real database.</summary>
public abstract class MarketSnapshotTests(PatternApp fixture)
{
    [Fact]
    public async Task The_statistics_stand_on_the_last_observations_up_to_the_asof_date()
    {
        // 1…30, then 99 after the asof date.
        var id = await fixture.IngestAsync(2001, [.. Enumerable.Range(1, 30).Select(i => (decimal)i), 99]);

        var answer = await ExecuteAsync(new { series_ids = new[] { id }, lookback = 20 }, asof: PatternApp.Day(2001, 29));

        Assert.Equal(
            $$"""{"change":1,"change_pct":{{1m / 29}},"count":20,"last":30,"last_date":"2001-01-30","max":30,"mean":20.5,"min":11,"percentile":100,"series_id":"{{id}}","z":1.60579308}""",
            answer["result"].GetProperty("data").GetProperty("stats")[0].GetRawText());
        Assert.Equal("2001-01-30", answer["metadata"].GetProperty("asof_date").GetString());
        Assert.Empty(answer["warnings"].EnumerateArray());
    }

    [Fact]
    public async Task The_envelope_and_the_trace_say_where_the_numbers_come_from()
    {
        var id = await fixture.IngestAsync(2002, Enumerable.Range(1, 300).Select(i => i + 0.50m));

        var answer = await ExecuteAsync(new { series_ids = new[] { id } }, asof: "2002-12-31");

        var metadata = answer["metadata"];
        Assert.Matches(@"^SERIES_2002-10-27_[0-9]+\z", metadata.GetProperty("pricing_pack_id").GetString());
        Assert.Equal("null", metadata.GetProperty("ledger_commit_hash").GetRawText());
        Assert.Equal("market_snapshot", metadata.GetProperty("pattern_id").GetString());
        Assert.Equal(7, metadata.GetProperty("run_id").GetGuid().Version);
        Assert.Single(answer["warnings"].EnumerateArray());
        Assert.StartsWith("There is nothing newer than 2002-10-27", answer["warnings"][0].GetString(), StringComparison.Ordinal);
        var trace = answer["result"].GetProperty("trace");
        Assert.Equal("""["charts","macro_hound"]""", trace.GetProperty("agents_used").GetRawText());
        Assert.Equal("""["charts.series","macro.get_series","macro.series_stats"]""", trace.GetProperty("capabilities_used").GetRawText());
        Assert.Equal($"""["series:{id}"]""", trace.GetProperty("sources").GetRawText());
        Assert.Equal("""{"capability":"macro.get_series","asof":"2002-10-27","ttl":null}""", trace.GetProperty("per_panel_staleness")[0].GetRawText());
        Assert.Equal("""{"hits":0,"misses":3,"total":3,"hit_rate":0}""", trace.GetProperty("cache_stats").GetRawText());
        Assert.Equal("""{"overall":"mixed","types_used":["computed","real"],"warnings":[]}""", trace.GetProperty("data_provenance").GetRawText());
        Assert.Equal(answer["trace_id"].GetString(), trace.GetProperty("trace_id").GetString());
        // The default is shown, and 252 observations are a digest.
        Assert.Equal($$"""{"lookback":252,"series_ids":["{{id}}"]}""", trace.GetProperty("steps")[0].GetProperty("args").GetRawText());
        Assert.Matches("""^{"series":{"count":1,"sha256":"[0-9a-f]{64}","type":"array"}}\z""", trace.GetProperty("steps")[1].GetProperty("args").GetRawText());
        // Where the values were exported from is not known, so nobody is named.
        Assert.Equal($$"""{"sources":["series:{{id}}"],"text":[],"urls":[],"count":1}""", answer["result"].GetProperty("__attributions__").GetRawText());
        var chart = answer["result"].GetProperty("charts")[0];
        Assert.Equal("line", chart.GetProperty("type").GetString());
        Assert.Equal(252, chart.GetProperty("series")[0].GetProperty("points").GetArrayLength());
        Assert.Equal("""{"date":"2002-10-27","value":300.5}""", chart.GetProperty("series")[0].GetProperty("points")[251].GetRawText());
    }

    [Fact]
    public async Task An_unknown_series_and_a_short_one_are_null_with_a_warning()
    {
        var shortOne = await fixture.IngestAsync(2003, Enumerable.Range(1, 19).Select(i => (decimal)i));

        var answer = await ExecuteAsync(new { series_ids = new[] { "NO_SUCH_SERIES", shortOne } }, asof: PatternApp.Day(2003, 18));

        var stats = answer["result"].GetProperty("data").GetProperty("stats");
        Assert.Equal(
            """{"change":null,"change_pct":null,"count":0,"last":null,"last_date":null,"max":null,"mean":null,"min":null,"percentile":null,"series_id":"NO_SUCH_SERIES","z":null}""",
            stats[0].GetRawText());
        Assert.Equal(19, stats[1].GetProperty("count").GetInt32());
        Assert.Equal("null", stats[1].GetProperty("last").GetRawText());
        Assert.Equal(
        [
            "Series NO_SUCH_SERIES has no observations on or before 2003-01-19.",
            "Series NO_SUCH_SERIES has 0 observations, statistics need 20: they are null.",
            $"Series {shortOne} has 19 observations, statistics need 20: they are null.",
        ], answer["warnings"].EnumerateArray().Select(w => w.GetString()));
    }

    [Fact]
    public async Task The_same_pack_and_inputs_give_the_same_bytes()
    {
        var id = await fixture.IngestAsync(2004, Enumerable.Range(1, 40).Select(i => i * 1.1m));
        var inputs = new { series_ids = new[] { id } };

        var first = await ExecuteAsync(inputs, PatternApp.Day(2004, 39));
        var again = await ExecuteAsync(inputs, PatternApp.Day(2004, 39));

        Assert.Equal(first["result"].GetProperty("data").GetRawText(), again["result"].GetProperty("data").GetRawText());
        Assert.Equal(
            first["result"].GetProperty("trace").GetProperty("result_digest").GetString(),
            again["result"].GetProperty("trace").GetProperty("result_digest").GetString());
    }

    [Fact]
    public async Task A_viewer_sees_the_patterns_but_does_not_run_them()
    {
        using var viewer = await fixture.App.SignInAsNewAsync("VIEWER");

        var pattern = (await viewer.GetAsync("/v1/patterns/market_snapshot", HttpStatusCode.OK)).Body;
        var all = await viewer.GetAsync("/v1/patterns", HttpStatusCode.OK);

        Assert.Contains("market_snapshot", all["items"].EnumerateArray().Select(p => p.GetProperty("id").GetString()));
        Assert.Equal("""["series","stats"]""", pattern.GetProperty("outputs").GetRawText());
        Assert.Equal("""{"capability":"macro.series_stats","as":"stats","condition":null,"optional":false,"depends_on":["series"]}""", pattern.GetProperty("steps")[1].GetRawText());
        Assert.Equal(252, pattern.GetProperty("inputs").GetProperty("lookback").GetProperty("default").GetInt32());
        Assert.Equal("pattern_not_found", (await viewer.GetAsync("/v1/patterns/none", HttpStatusCode.NotFound)).Error);
        Assert.Equal("forbidden", (await viewer.CallAsync("/v1/execute", new { pattern_id = "market_snapshot" }, HttpStatusCode.Forbidden)).Error);
    }

    private Task<Answer> ExecuteAsync(object inputs, string asof) =>
        fixture.ExecuteAsync(new { pattern_id = "market_snapshot", inputs, asof_date = asof });
}

public sealed class MarketSnapshotOnSqliteTests(SqlitePatternApp fixture) : MarketSnapshotTests(fixture), IClassFixture<SqlitePatternApp>;

public sealed class MarketSnapshotOnPostgresTests(PostgresPatternApp fixture) : MarketSnapshotTests(fixture), IClassFixture<PostgresPatternApp>;
