using System.Globalization;
using System.Net;

using DawsOS.Alerts;
using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Series;

/// <summary>What an ingest stores and decides, as its caller sees it.</summary>
public abstract class IngestTests(AppFixture fixture)
{
    private Task<AlertScenario> NewAsync() => AlertScenario.NewAsync(fixture.App);

    [Fact]
    public async Task Observations_come_back_as_they_were_sent_and_are_counted()
    {
        using var user = await NewAsync();
        object[] sent = [new { date = "2025-03-03", value = 12.5000m }, new { date = "2025-03-04", value = -0.000000000001m }];

        var first = await user.IngestAsync(sent);
        var second = await user.IngestAsync([sent[0], new { date = "2025-03-04", value = 7m }, new { date = "2025-03-05", value = 8m }]);

        Assert.Equal((2, 2, 0, 0), Counts(first));
        Assert.Equal((3, 1, 1, 1), Counts(second));
        var read = await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.OK);
        Assert.Equal("""[{"date":"2025-03-03","value":12.5},{"date":"2025-03-04","value":7},{"date":"2025-03-05","value":8}]""", read["items"].GetRawText());
        var newest = await user.Http.GetAsync($"/v1/series/{user.Series}?order=desc&limit=1&to=2025-03-04", HttpStatusCode.OK);
        Assert.Equal("""[{"date":"2025-03-04","value":7}]""", newest["items"].GetRawText());
        Assert.True(newest["has_more"].GetBoolean());
    }

    [Fact]
    public async Task Values_at_the_ends_of_decimal_survive()
    {
        using var user = await NewAsync();
        decimal[] values = [decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m, 1.2345678901234567890123456789m, 0];

        await user.IngestAsync([.. values.Select((value, i) => new { date = AlertScenario.Date(i), value })]);

        var read = await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.OK);
        Assert.Equal(values, read["items"].EnumerateArray().Select(o => o.GetProperty("value").GetDecimal()));
    }

    [Fact]
    public async Task A_history_is_one_tick_and_decides_on_its_end()
    {
        using var user = await NewAsync();
        var below = await user.CreateAsync(above: 30);
        var csv = $"DATE,{user.Series}\n2025-01-01,20\n2025-01-02,45\n2025-01-03,.\n2025-01-06,22\n";

        Assert.Equal(0, (await user.Http.PostCsvAsync(csv))["alerts_fired"].GetInt32());
        Assert.Equal(1, (await user.Http.PostCsvAsync($"DATE,{user.Series}\n2025-01-07,40\n2025-01-08,25\n2025-01-09,31\n"))["alerts_fired"].GetInt32());
        Assert.Single(await user.DeliveriesAsync(below));
        Assert.Equal(6, (await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task A_revision_of_the_newest_date_is_a_tick_and_of_an_older_one_is_not()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(above: 30);
        await user.IngestAsync([new { date = "2025-01-01", value = 20 }, new { date = "2025-01-02", value = 21 }]);

        Assert.Equal(0, (await user.IngestAsync([new { date = "2025-01-01", value = 50 }]))["alerts_fired"].GetInt32());
        Assert.Equal("not_met", await user.EvaluateAsync(alert));
        Assert.Equal(1, (await user.IngestAsync([new { date = "2025-01-02", value = 50 }]))["alerts_fired"].GetInt32());
    }

    [Fact]
    public async Task A_repeated_ingest_id_answers_the_first_result_and_changes_nothing()
    {
        using var user = await NewAsync();
        using var other = await NewAsync();
        await user.CreateAsync(above: 30);
        var key = $"night run {Guid.CreateVersion7()}".Replace(' ', '-');
        object[] body = [new { date = "2025-01-01", value = 31 }];

        var first = await user.IngestAsync(body, ingestId: key);
        var again = await user.IngestAsync(body, ingestId: key);
        var conflict = await user.IngestAsync([new { date = "2025-01-01", value = 32 }], HttpStatusCode.Conflict, key);
        // Someone else's id of the same text is another ingest.
        await other.IngestAsync([new { date = "2025-01-01", value = 1 }], ingestId: key);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal("idempotency_conflict", conflict.Error);
        Assert.Single(await user.NotificationsAsync());
        Assert.Equal("31", (await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.OK))["items"][0].GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task Many_at_once_fire_one_alert_once()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(above: 30);
        await user.ObserveAsync(29);

        var answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(i =>
            user.IngestAsync([new { date = AlertScenario.Date(i), value = 30 + i }])));

        Assert.Equal(1, answers.Sum(a => a["alerts_fired"].GetInt32()));
        Assert.Single(await user.DeliveriesAsync(alert));
    }

    [Fact]
    public async Task The_crossing_index_never_misses_a_change()
    {
        using var user = await NewAsync();
        var random = new Random(20260302);
        string[] operators = [">", "<", ">=", "<=", "==", "!="];
        var alerts = new List<(string Id, Leaf Condition)>();
        foreach (var i in Enumerable.Range(0, 60))
        {
            var threshold = (random.Next(-20, 21) / 10m) + (i % 3 == 0 ? 0.0000000000000000001m : 0);
            var alert = await user.CreateAsync(threshold, op: operators[i % operators.Length]);
            alerts.Add((AlertScenario.Id(alert), (Leaf)ConditionReader.Stored(alert.GetProperty("condition_json").GetRawText())));
        }
        for (var step = 0; step < 40; step++)
        {
            // Thresholds themselves, their neighbours, and jumps inside one batch.
            object[] batch = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => new { date = AlertScenario.Date((step * 4) + i), value = Step(random) })];
            await user.IngestAsync(batch);
            var newest = (await user.Http.GetAsync($"/v1/series/{user.Series}?order=desc&limit=1", HttpStatusCode.OK))["items"][0].GetProperty("value").GetDecimal();

            var latched = await LatchedAsync();

            foreach (var (id, condition) in alerts)
            {
                Assert.True(condition.Side(newest) == latched[id], $"step {step}: {condition} at {newest.ToString(CultureInfo.InvariantCulture)}");
            }
        }

        async Task<Dictionary<string, bool>> LatchedAsync()
        {
            var caller = new Accounts.Caller(Guid.Parse((await user.ReadIdAsync())), Accounts.Role.User);
            var (items, _) = await user.App.Services.GetRequiredService<AlertStore>()
                .ListAsync(caller, null, "", "", user.App.Clock.GetUtcNow(), 1000, 0, TestContext.Current.CancellationToken);
            return items.ToDictionary(a => a.Id.ToString(), a => a.Latched);
        }
    }

    [Theory]
    [InlineData("""{"observations":[{"date":"2025-02-30","value":1}]}""", "/observations/0/date")]
    [InlineData("""{"observations":[{"date":"2025-01-01","value":1},{"date":"2025-01-01","value":1}]}""", "/observations/1/date")]
    [InlineData("""{"observations":[{"date":"2999-01-01","value":1}]}""", "/observations/0/date")]
    [InlineData("""{"observations":[{"date":"2025-01-01","value":1e400}]}""", "/observations/0/value")]
    [InlineData("""{"observations":[{"date":"2025-01-01","value":0.12345678901234567890123456789012}]}""", "/observations/0/value")]
    [InlineData("""{"observations":[]}""", "/observations")]
    public async Task A_value_that_cannot_be_accepted_stores_nothing_and_is_pointed_at(string body, string pointer)
    {
        using var user = await NewAsync();

        var refused = await JsonHttp.SendAsync(
            user.Http, HttpMethod.Post, $"/v1/series/{user.Series}/observations", new StringContent(body, null, "application/json"), HttpStatusCode.UnprocessableEntity);

        Assert.Equal("validation_failed", refused.Error);
        Assert.Equal([pointer], refused.Pointers);
        await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/v1/series/a%20b", HttpStatusCode.NotFound)]
    [InlineData("/v1/alerts?type=%00", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/v1/alerts?type=weather", HttpStatusCode.UnprocessableEntity)]
    public async Task Text_that_no_database_would_store_is_refused_and_breaks_nothing(string path, HttpStatusCode status)
    {
        using var user = await NewAsync();

        await user.Http.GetAsync(path, status);
    }

    [Fact]
    public async Task Series_that_DawsOS_writes_itself_are_not_writable()
    {
        using var user = await NewAsync();

        var refused = await user.IngestAsync([new { date = "2025-01-01", value = 1 }], HttpStatusCode.Forbidden, series: "price:AAPL:close");

        Assert.Equal("forbidden", refused.Error);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_series_that_no_path_could_name_is_not_made(string id)
    {
        using var user = await NewAsync();

        var refused = await user.Http.PostCsvAsync($"DATE,{id}\n2025-01-07,40\n", HttpStatusCode.UnprocessableEntity);

        Assert.Contains("Line 1, column 2", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_rows_or_in_another_encoding_is_refused()
    {
        using var user = await NewAsync();

        var empty = await user.Http.PostCsvAsync($"DATE,{user.Series}\n", HttpStatusCode.UnprocessableEntity);
        Assert.Contains("no rows", empty["detail"].GetString(), StringComparison.Ordinal);
        foreach (var encoding in new[] { System.Text.Encoding.Unicode, System.Text.Encoding.BigEndianUnicode })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes($"DATE,{user.Series}\n2025-01-07,40\n")];
            var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("text/csv") } };
            var refused = await JsonHttp.SendAsync(user.Http, HttpMethod.Post, "/v1/series/import", content, HttpStatusCode.UnprocessableEntity);
            Assert.Contains("UTF-16", refused["detail"].GetString(), StringComparison.Ordinal);
        }
        await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_portfolios_series_are_listed_to_its_owner_alone()
    {
        using var owner = await NewAsync();
        using var other = await NewAsync();
        var portfolio = Guid.CreateVersion7();
        var ownerId = Guid.Parse(await owner.ReadIdAsync());
        string[] ids = [$"metric:{portfolio}:twr", $"dar:{portfolio}"];
        await fixture.App.ScalarAsync<object>("INSERT INTO portfolios (id, user_id, name) VALUES (@portfolio, @ownerId, 'Mine')", new { portfolio, ownerId });
        foreach (var id in ids)
        {
            await fixture.App.ScalarAsync<object>(
                "INSERT INTO series (id, observation_count, first_date, newest_date, newest_value, tick) VALUES (@id, 1, @day, @day, @value, 1)",
                new { id, day = new DateOnly(2025, 1, 1), value = 42m });
        }

        Assert.Equal(ids, await OwnAsync(owner));
        Assert.Empty(await OwnAsync(other));
        Assert.Equal(await TotalAsync(other) + ids.Length, await TotalAsync(owner));
        await ExecuteAsync(other, HttpStatusCode.NotFound);
        await ExecuteAsync(owner, HttpStatusCode.OK);

        async Task<string[]> OwnAsync(AlertScenario user) =>
            [.. (await user.Http.GetAsync("/v1/series?limit=1000", HttpStatusCode.OK))["items"].EnumerateArray()
                .Select(item => item.GetProperty("id").GetString()!).Where(id => id.Contains(portfolio.ToString(), StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal)];
        async Task<long> TotalAsync(AlertScenario user) => (await user.Http.GetAsync("/v1/series?limit=1", HttpStatusCode.OK))["total"].GetInt64();
        Task<Answer> ExecuteAsync(AlertScenario user, HttpStatusCode expected) => user.Http.CallAsync(
            "/v1/execute", new { pattern_id = "market_snapshot", inputs = new { series_ids = new[] { ids[0] } } }, expected);
    }

    [Fact]
    public async Task A_series_that_is_watched_before_its_first_observation_is_not_listed()
    {
        using var user = await NewAsync();
        var (before, _) = await ListAsync();
        await user.CreateAsync(above: 30);

        Assert.Equal((before, false), await ListAsync());
        await user.Http.GetAsync($"/v1/series/{user.Series}", HttpStatusCode.NotFound);
        await user.ObserveAsync(29);
        Assert.Equal((before + 1, true), await ListAsync());

        async Task<(long Total, bool IsThere)> ListAsync()
        {
            var page = await user.Http.GetAsync("/v1/series?limit=1000", HttpStatusCode.OK);
            Assert.False(page["has_more"].GetBoolean());
            return (page["total"].GetInt64(), page["items"].EnumerateArray().Any(series => series.GetProperty("id").GetString() == user.Series));
        }
    }

    private static decimal Step(Random random) => random.Next(0, 4) switch
    {
        0 => random.Next(-25, 26) / 10m,
        1 => (random.Next(-20, 21) / 10m) + 0.0000000000000000001m,
        2 => (random.Next(-20, 21) / 10m) - 0.0000000000000000001m,
        _ => random.Next(-3, 4),
    };

    private static (int, int, int, int) Counts(Answer answer) => (
        answer["received"].GetInt32(), answer["inserted"].GetInt32(), answer["updated"].GetInt32(), answer["unchanged"].GetInt32());
}

public sealed class IngestOnSqliteTests(SqliteApp app) : IngestTests(app), IClassFixture<SqliteApp>;

public sealed class IngestOnPostgresTests(PostgresApp app) : IngestTests(app), IClassFixture<PostgresApp>;
