using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary>The patterns on series over HTTP on a real database.</summary>
public abstract class SeriesPatternTests(PatternApp fixture)
{
    [Fact]
    public async Task The_overview_shows_every_indicator_and_what_is_missing_is_null_with_a_warning_and_partial()
    {
        // 400 days from 1970 on: 1, 2, 3, … whose z is (n−1)/2 / √(n(n+1)/12).
        var id = await fixture.IngestAsync(1970, Enumerable.Range(1, 400).Select(i => (decimal)i));

        var answer = await ExecuteAsync("macro_indicators_overview", new { series_ids = new[] { id, "VIXCLS" } }, PatternApp.Day(1970, 402));

        var rows = Data(answer, "indicators");
        Assert.Equal(
            $$"""{"change_month":31,"change_month_pct":{{31m / 369}},"change_year":365,"change_year_pct":{{365m / 35}},"count":400,"first_date":"1970-01-01","last":400,"last_date":"1971-02-04","series_id":"{{id}}","staleness_days":0,"z":1.72556507}""",
            rows[0].GetRawText());
        Assert.Equal(
            """{"change_month":null,"change_month_pct":null,"change_year":null,"change_year_pct":null,"count":0,"first_date":null,"last":null,"last_date":null,"series_id":"VIXCLS","staleness_days":null,"z":null}""",
            rows[1].GetRawText());
        Assert.Equal("degraded", answer["metadata"].GetProperty("status").GetString());
        Assert.Contains("Series VIXCLS has no observations in the window: its numbers are null.", answer["warnings"].EnumerateArray().Select(w => w.GetString()));
    }

    [Fact]
    public async Task The_overview_looks_at_the_nine_indicators_by_itself_and_is_as_old_as_its_oldest_data_say()
    {
        var id = await fixture.IngestAsync(1974, [5m]);
        await fixture.IngestAsync(1974, [1m, 1m, 1m, 1m]);

        var nine = await ExecuteAsync("macro_indicators_overview", new { }, PatternApp.Day(1974, 3));
        var stale = await ExecuteAsync("macro_indicators_overview", new { series_ids = new[] { id } }, PatternApp.Day(1974, 3));

        Assert.Equal(
            ["VIXCLS", "CPIAUCSL", "DGS10", "DGS2", "UNRATE", "T10YIE", "DFII10", "BAMLC0A0CM", "DTWEXBGS"],
            Data(nine, "indicators").EnumerateArray().Select(row => row.GetProperty("series_id").GetString()));
        Assert.Equal(3, Data(stale, "indicators")[0].GetProperty("staleness_days").GetInt32());
        Assert.Equal("succeeded", stale["metadata"].GetProperty("status").GetString());
        Assert.Equal(3, stale["warnings"].GetArrayLength());
    }

    [Fact]
    public async Task A_comparison_is_a_symmetric_matrix_and_too_few_common_changes_are_null()
    {
        var values = Enumerable.Range(0, 100).Select(i => (decimal)(i * i % 17)).ToArray();
        var a = await fixture.IngestAsync(1978, values);
        var b = await fixture.IngestAsync(1978, values.Select(value => -value));
        var brief = await fixture.IngestAsync(1978, values[..60]);

        var answer = await ExecuteAsync("series_comparison", new { series_ids = new[] { a, b, brief } }, PatternApp.Day(1978, 99));

        var found = Data(answer, "correlations");
        Assert.Equal("[[1,-1,null],[-1,1,null],[null,null,null]]", found.GetProperty("rows").GetRawText());
        Assert.Equal($$"""{"a":"{{a}}","b":"{{b}}","correlation":-1,"from":"1978-01-02","points":99,"to":"1978-04-10"}""", found.GetProperty("pairs")[0].GetRawText());
        Assert.Equal(
            $"Series {a} and {brief} have 59 changes on common dates, a correlation needs 60: it is null.", answer["warnings"][0].GetString());
    }

    [Fact]
    public async Task The_history_of_a_threshold_is_told_by_year_with_the_longest_run_and_the_last_crossing()
    {
        var id = await fixture.IngestAsync(1982, [1.5m, 2m, 3m, 4m, 2m, 9m, 1m]);

        var answer = await ExecuteAsync(
            "threshold_history", new { series_ids = new[] { id, "NO_SUCH_SERIES" }, threshold = "2.0" }, PatternApp.Day(1982, 6));

        Assert.Equal(
            $$"""{"by_year":[{"down":2,"up":2,"year":1982}],"count":7,"first_date":"1982-01-01","is_above":false,"last_crossing":{"date":"1982-01-07","direction":"down","value":1},"last_date":"1982-01-07","longest_run_above":{"from":"1982-01-03","observations":2,"to":"1982-01-04"},"series_id":"{{id}}","threshold":2}""",
            Data(answer, "crossings")[0].GetRawText());
        Assert.Equal(JsonValueKind.Null, Data(answer, "crossings")[1].GetProperty("by_year").ValueKind);
        Assert.Equal("""["Series NO_SUCH_SERIES has no observations in the window: its history is null."]""", answer["warnings"].GetRawText());
    }

    [Fact]
    public async Task The_asof_date_and_the_window_select_what_is_computed_on()
    {
        var id = await fixture.IngestAsync(1986, Enumerable.Range(1, 800).Select(i => (decimal)i));

        // The pack is of 1 January 1988 (day 731): one year of it is 2 January 1987 to that day, and no later observation.
        var answer = await ExecuteAsync("threshold_history", new { series_ids = new[] { id }, threshold = 0, years = 1 }, "1988-01-01");

        var row = Data(answer, "crossings")[0];
        Assert.Equal((365, "1987-01-02", "1988-01-01"), (row.GetProperty("count").GetInt32(), row.GetProperty("first_date").GetString(), row.GetProperty("last_date").GetString()));
        Assert.Equal("1988-01-01", answer["metadata"].GetProperty("asof_date").GetString());
    }

    [Fact]
    public async Task Numbers_that_the_data_do_not_give_are_null_with_a_warning_and_no_outage()
    {
        var flat = await fixture.IngestAsync(1990, [.. Enumerable.Repeat(1m, 24), 1.0000000000000000000000001m]);
        var grown = await fixture.IngestAsync(1990, [.. Enumerable.Repeat(1e-20m, 40), 1e10m]);
        var apart = await fixture.IngestAsync(1990, [.. Enumerable.Repeat(decimal.MinValue, 40), decimal.MaxValue]);
        var zero = await fixture.IngestAsync(1990, [.. Enumerable.Repeat(0m, 40), 1]);
        var ids = new[] { flat, grown, apart, zero };

        // More often than a circuit opens after.
        for (var i = 0; i < 6; i++)
        {
            var overview = await ExecuteAsync("macro_indicators_overview", new { series_ids = ids }, PatternApp.Day(1990, 40));
            Assert.Equal(["z"], Nulls(overview, "indicators", 0).Except(["change_year", "change_year_pct", "change_month", "change_month_pct"]));
            Assert.Equal(["change_month_pct", "change_year", "change_year_pct"], Nulls(overview, "indicators", 1));
            Assert.Equal(["change_month", "change_month_pct", "change_year", "change_year_pct"], Nulls(overview, "indicators", 2));
            Assert.Equal(["change_month_pct", "change_year", "change_year_pct"], Nulls(overview, "indicators", 3));
            Assert.Contains($"The values of series {flat} do not differ, or by rounding only: its z-score is null.", Warnings(overview));
            Assert.Contains($"Series {grown}: the value that change_month is measured from is 0 or too small beside it, so change_month_pct is null.", Warnings(overview));
            Assert.Contains($"Series {apart}: change_month is beyond what a decimal holds, so it and change_month_pct are null.", Warnings(overview));
        }
        var snapshot = await ExecuteAsync("market_snapshot", new { series_ids = ids }, PatternApp.Day(1990, 40));
        Assert.Equal(["z"], Nulls(snapshot, "stats", 0));
        Assert.Equal(["change_pct"], Nulls(snapshot, "stats", 1));
        Assert.Equal(["change", "change_pct"], Nulls(snapshot, "stats", 2));
        Assert.Equal(["change_pct"], Nulls(snapshot, "stats", 3));
        Assert.Equal(4, Warnings(snapshot).Count());
        Assert.Equal(6, Warnings(await ExecuteAsync("series_comparison", new { series_ids = ids }, PatternApp.Day(1990, 40))).Count());
        await ExecuteAsync("threshold_history", new { series_ids = ids, threshold = decimal.MaxValue }, PatternApp.Day(1990, 40));

        static IEnumerable<string> Nulls(Answer answer, string output, int row) => Data(answer, output)[row].EnumerateObject()
            .Where(member => member.Value.ValueKind == JsonValueKind.Null).Select(member => member.Name);

        static IEnumerable<string> Warnings(Answer answer) => answer["warnings"].EnumerateArray().Select(warning => warning.GetString()!);
    }

    private Task<Answer> ExecuteAsync(string patternId, object inputs, string asof) =>
        fixture.ExecuteAsync(new { pattern_id = patternId, inputs, asof_date = asof });

    private static JsonElement Data(Answer answer, string output) => answer["result"].GetProperty("data").GetProperty(output);
}

public sealed class SeriesPatternsOnSqliteTests(SqlitePatternApp fixture) : SeriesPatternTests(fixture), IClassFixture<SqlitePatternApp>;

public sealed class SeriesPatternsOnPostgresTests(PostgresPatternApp fixture) : SeriesPatternTests(fixture), IClassFixture<PostgresPatternApp>;
