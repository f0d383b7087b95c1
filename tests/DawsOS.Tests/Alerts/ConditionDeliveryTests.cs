using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

using DawsOS.Harness;
using DawsOS.Series;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Alerts;

/// <summary>Modes, groups and missing data, from observations to what a user is told; numbers name the worked cases.</summary>
public abstract class ConditionDeliveryTests(AppFixture fixture)
{
    private Task<AlertScenario> NewAsync() => AlertScenario.NewAsync(fixture.App);

    [Fact]
    public async Task C01_A_cross_alert_fires_once_when_it_crosses()
    {
        using var user = await NewAsync();
        await user.CreateAsync(Above(user, 150, mode: "cross"));

        Assert.Equal("010", await FiredAsync(user, 149, 151, 152));
        await user.BalanceAsync();
    }

    [Fact]
    public async Task C02_A_cross_alert_that_is_made_above_waits_until_it_was_below()
    {
        using var user = await NewAsync();
        await user.ObserveAsync(160);
        await user.CreateAsync(Above(user, 150, mode: "cross"));

        Assert.Equal("0001", await FiredAsync(user, 160, 161, 149, 151));
        await user.BalanceAsync();
    }

    [Fact]
    public async Task C05_Three_in_a_row_are_wanted_and_the_alert_says_that_it_waits()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(Above(user, 30, @for: 3));

        Assert.Equal("00", await FiredAsync(user, 31, 31));
        Assert.Equal("pending", (await user.ReadAsync(alert)).GetProperty("state").GetString());
        Assert.Equal("pending", await user.EvaluateAsync(alert));
        Assert.Equal(1, (await user.Http.GetAsync("/v1/alerts?state=pending", HttpStatusCode.OK))["total"].GetInt32());
        Assert.Equal("0001", await FiredAsync(user, 29, 31, 31, 31));
        Assert.Single(await user.DeliveriesAsync(alert));
        await user.BalanceAsync();
    }

    [Fact]
    public async Task C06_Between_fire_and_clear_nothing_changes()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(Above(user, 30, mode: "cross", clear: 27));
        var fired = "";
        foreach (var value in new decimal[] { 29, 31, 29, 31, 28, 26.9m, 31 })
        {
            fired += (await user.ObserveAsync(value))["alerts_fired"].GetInt32();
            await user.AdvanceAsync(TimeSpan.FromDays(1));
        }

        Assert.Equal("0100001", fired);
        Assert.Equal(1, await user.App.ScalarAsync<long>("SELECT count(*) FROM firings WHERE alert_id = @id AND cleared_at IS NOT NULL", new { id = Guid.Parse(AlertScenario.Id(alert)) }));
        await user.BalanceAsync();
    }

    [Fact]
    public async Task Between_fire_and_clear_the_whole_history_decides()
    {
        using var user = await NewAsync();
        await user.IngestAsync([.. Enumerable.Range(0, 700).Select(i => new { date = AlertScenario.Date(i - 800), value = i == 0 ? 31 : 28 })]);

        var alert = await user.CreateAsync(Above(user, 30, clear: 27));

        Assert.Single(await user.DeliveriesAsync(alert));
    }

    [Fact]
    public async Task A_group_is_decided_once_per_ingest_on_all_its_leaves()
    {
        using var user = await NewAsync();
        string other = user.Series + "B", third = user.Series + "C";
        var alert = await user.CreateAsync(new
        {
            condition_json = new
            {
                type = "all",
                of = new object[] { Leaf(user.Series, 30), new { type = "any", of = new object[] { Leaf(other, 5), Leaf(third, 5) } } },
            },
        });
        await user.ObserveAsync(31);
        Assert.Equal("no_data", await user.EvaluateAsync(alert));
        await user.IngestAsync([new { date = "2025-01-01", value = 4 }], series: other);
        Assert.Equal("no_data", await user.EvaluateAsync(alert));

        // Both move in one ingest: one firing.
        var answer = await user.Http.PostCsvAsync($"DATE,{other},{third}\n2025-01-02,6,7\n");

        Assert.Equal(1, answer["alerts_fired"].GetInt32());
        Assert.Equal(
            $"{user.Series} is above 30 (now 31); {other} is above 5 (now 6); {third} is above 5 (now 7)",
            Assert.Single(await user.NotificationsAsync()).GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_leaf_without_data_hides_no_edge_of_the_others()
    {
        using var user = await NewAsync();
        object Any(string series) => new { condition_json = new { type = "any", of = new object[] { Leaf(series, 30), Leaf(series + "B", 5) } }, mode = "cross", cooldown_hours = 1 };
        await user.CreateAsync(Any(user.Series));
        var fired = await FiredAsync(user, 29, 31);
        await user.AdvanceAsync(TimeSpan.FromDays(1));
        fired += await FiredAsync(user, 32, 29, 31);

        Assert.Equal("01001", fired);
    }

    [Fact]
    public async Task What_fired_under_a_rule_that_was_changed_is_cleared()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(Above(user, 30));
        await user.ObserveAsync(31);

        await user.Http.SendJsonAsync(
            HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(alert)}", new { condition_json = Leaf(user.Series, 29.5m) }, HttpStatusCode.OK);
        await user.ObserveAsync(20);

        Assert.Equal(1, await user.App.ScalarAsync<long>(
            "SELECT count(*) FROM firings WHERE alert_id = @id AND cleared_at IS NOT NULL", new { id = Guid.Parse(AlertScenario.Id(alert)) }));
    }

    [Theory]
    [InlineData("ok", 0, 0)]
    [InlineData("keep", 0, 0)]
    [InlineData("alert", 1, 0)]
    [InlineData("notice", 0, 2)]
    public async Task C07_When_a_source_falls_silent_each_policy_does_what_it_says(string policy, int firings, int notices)
    {
        using var user = await NewAsync();
        // All within one day of the user, but for the last step.
        await user.AdvanceToAsync(new DateTimeOffset(user.App.Clock.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(9), TimeSpan.Zero));
        var alert = await user.CreateAsync(new
        {
            condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30, max_age = 3600 },
            no_data = policy,
            cooldown_hours = 8760,
        });
        await user.ObserveAsync(29);
        await user.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Empty(await user.NotificationsAsync());

        await user.AdvanceAsync(TimeSpan.FromMinutes(2));
        await user.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(policy == "alert" ? "cooldown" : "stale", await user.EvaluateAsync(alert));
        // The next day of the user a notice is due again.
        await user.AdvanceAsync(TimeSpan.FromHours(24));

        Assert.Equal(firings, (await user.DeliveriesAsync(alert)).Length);
        Assert.Equal(firings + notices, (await user.NotificationsAsync()).Length);
        Assert.All(await user.NotificationsAsync(), n => Assert.Contains($"{user.Series} has not changed since", n.GetProperty("message").GetString(), StringComparison.Ordinal));
        // Fresh data without a crossing ends it.
        await user.ObserveAsync(29);
        Assert.Equal("not_met", await user.EvaluateAsync(alert));
        await user.BalanceAsync();
    }

    [Fact]
    public async Task Two_alerts_of_a_user_that_miss_data_are_one_notice_a_day()
    {
        using var user = await NewAsync();
        foreach (var value in new[] { 1, 2 })
        {
            await user.CreateAsync(new { name = $"Alert {value}", condition_json = new { type = "series", series_id = user.Series, op = ">", value, max_age = 60 * value }, no_data = "notice" });
        }

        // The second is silent a minute later, when this day's notice is out already; the next day's names both.
        await user.AdvanceAsync(TimeSpan.FromMinutes(1));
        await user.AdvanceAsync(TimeSpan.FromMinutes(1));
        var first = Assert.Single(await user.NotificationsAsync());
        await user.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.DoesNotContain("Alert 2", first.GetProperty("message").GetString(), StringComparison.Ordinal);
        var notices = await user.NotificationsAsync();
        Assert.Equal(2, notices.Length);
        var next = notices.Single(notice => notice.GetProperty("id").GetString() != first.GetProperty("id").GetString()).GetProperty("message").GetString();
        Assert.Matches("^Alert [12]: No current data: .*; Alert [12]: No current data: ", next);
    }

    // D§11 row 19: the earlier system could not say these.
    [Fact]
    public async Task C13_A_loss_beyond_its_limit_is_told_as_people_write_it()
    {
        using var user = await NewAsync();
        var portfolio = await PortfolioAsync(user, "Main");
        var alert = await user.CreateAsync(new { condition_json = new { type = "drawdown_limit", portfolio_id = portfolio, limit = 0.1 } });
        Assert.Equal("critical", alert.GetProperty("severity").GetString());

        await InternalAsync(user, $"metric:{portfolio}:current_drawdown", 0m, -0.05m, -0.2m);

        Assert.Equal("🔴 Drawdown 20.0 % exceeds the limit 10.0 %", Assert.Single(await user.NotificationsAsync()).GetProperty("message").GetString());
        var test = await user.Http.CallAsync($"/v1/alerts/{AlertScenario.Id(alert)}/test", null);
        Assert.Equal((0.2m, 0.1m), (test["current_value"].GetDecimal(), test["threshold_value"].GetDecimal()));
        await user.BalanceAsync();
    }

    // D§11 row 19: the earlier system refused three of these.
    [Fact]
    public async Task C16_Every_type_is_accepted_and_has_no_data_where_nothing_writes_it_yet()
    {
        using var user = await NewAsync();
        var portfolio_id = await PortfolioAsync(user, "Main");
        object[] conditions =
        [
            new { type = "metric", portfolio_id, metric = "twr_1y", op = "<", value = 0 },
            new { type = "rating", symbol = "AAPL", metric = "moat_score", op = "<", value = 6 },
            new { type = "price", symbol = "AAPL", op = ">", value = 200 },
            new { type = "news_sentiment", symbol = "AAPL", op = "<", value = -0.3 },
            new { type = "dar_breach", portfolio_id },
            new { type = "drawdown_limit", portfolio_id },
            new { type = "regime_shift", portfolio_id },
        ];
        foreach (var condition_json in conditions)
        {
            var alert = await user.CreateAsync(new { condition_json });

            Assert.Equal("no_data", await user.EvaluateAsync(alert));
            var test = await user.Http.CallAsync($"/v1/alerts/{AlertScenario.Id(alert)}/test", null);
            Assert.False(test["condition_met"].GetBoolean());
            Assert.Equal(JsonValueKind.Null, test["current_value"].ValueKind);
            Assert.Equal(JsonValueKind.Null, test["message"].ValueKind);
        }
        await user.BalanceAsync();
    }

    [Fact]
    public async Task Another_users_portfolio_does_not_exist()
    {
        using var user = await NewAsync();
        using var other = await NewAsync();
        var portfolio_id = await PortfolioAsync(other, "Theirs");
        object[] conditions =
        [
            new { type = "metric", portfolio_id, metric = "twr_1y", op = "<", value = 0 },
            new { type = "dar_breach", portfolio_id },
            new { type = "regime_shift", portfolio_id },
            new { type = "any", of = new object[] { new { type = "regime_shift", portfolio_id } } },
            new { type = "series", series_id = $"metric:{portfolio_id}:twr_1y", op = "<", value = 0 },
        ];
        var own = await user.CreateAsync(above: 1);
        foreach (var condition_json in conditions)
        {
            await user.Http.CallAsync("/v1/alerts", new { condition_json }, HttpStatusCode.NotFound);
            await user.Http.SendJsonAsync(HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(own)}", new { condition_json }, HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task C55_Editing_tells_nothing_again_and_only_the_rule_makes_a_new_version()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(Above(user, 30));
        await user.ObserveAsync(31);

        Assert.Equal(1, await VersionAsync(new { name = "Other", severity = "info", message_template = "{{name}}", channels = new { email = true } }));
        Assert.Equal(2, await VersionAsync(new { condition_json = new { type = "series", series_id = user.Series, op = ">", value = 29 } }));
        Assert.Equal(3, await VersionAsync(new { mode = "cross" }));
        Assert.Equal(4, await VersionAsync(new { no_data = "ok" }));
        Assert.Single(await user.NotificationsAsync());
        // The present side is where a cross alert begins.
        await user.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal("001", await FiredAsync(user, 32, 28, 33));
        await user.BalanceAsync();

        async Task<int> VersionAsync(object patch) => (await user.Http.SendJsonAsync(
            HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(alert)}", patch, HttpStatusCode.OK))["rule_version"].GetInt32();
    }

    [Fact]
    public async Task A_template_says_it_in_the_users_words()
    {
        using var user = await NewAsync();
        await user.CreateAsync(new { name = "Fear", condition_json = Leaf(user.Series, 30), message_template = "{{name}}: {{value}} {{op}} {{threshold}} on {{date}}" });

        await user.ObserveAsync(31);

        Assert.Equal("Fear: 31 > 30 on 2025-01-01", Assert.Single(await user.NotificationsAsync()).GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_same_content_is_not_told_twice_within_a_day_also_over_midnight()
    {
        using var user = await NewAsync();
        await user.AdvanceToAsync(new DateTimeOffset(user.App.Clock.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(20), TimeSpan.Zero));
        var alert = await user.CreateAsync(Above(user, 30, cooldownHours: 6));
        await user.ObserveAsync(31);
        var fired = user.App.Clock.GetUtcNow();

        await user.AdvanceAsync(TimeSpan.FromHours(7));
        Assert.Equal("duplicate", await user.EvaluateAsync(alert));
        // Stopped first when its cooldown had ended, and then as somebody asked.
        Assert.Equal(
            [new Suppressed { Reason = "content", WindowStart = fired, FirstAt = fired.AddHours(7), LastAt = fired.AddHours(7), Count = 2 }],
            await user.SuppressionsAsync(alert));
        await user.AdvanceAsync(TimeSpan.FromHours(17));

        Assert.Equal(2, (await user.DeliveriesAsync(alert)).Length);
    }

    private static object Leaf(string series, decimal value) => new { type = "series", series_id = series, op = ">", value };

    private static Dictionary<string, object> Above(AlertScenario user, decimal value, string mode = "level", int? @for = null, decimal? clear = null, decimal cooldownHours = 0)
    {
        var condition = new Dictionary<string, object> { ["type"] = "series", ["series_id"] = user.Series, ["op"] = ">", ["value"] = value };
        if (@for is { } dates)
        {
            condition["for"] = dates;
        }
        if (clear is { } back)
        {
            condition["clear_value"] = back;
        }
        return new Dictionary<string, object> { ["condition_json"] = condition, ["mode"] = mode, ["cooldown_hours"] = cooldownHours };
    }

    private static async Task<string> FiredAsync(AlertScenario user, params decimal[] values)
    {
        var fired = "";
        foreach (var value in values)
        {
            fired += (await user.ObserveAsync(value))["alerts_fired"].GetInt32();
        }
        return fired;
    }

    private static async Task<Guid> PortfolioAsync(AlertScenario user, string name)
    {
        var id = Guid.CreateVersion7();
        await user.App.WriteAsync(
            "INSERT INTO portfolios (id, user_id, name) VALUES (@id, @owner, @name)", new { id, owner = Guid.Parse(await user.ReadIdAsync()), name });
        return id;
    }

    // As a nightly job would write it: these ids are not writable over HTTP.
    private static async Task InternalAsync(AlertScenario user, string series, params decimal[] values)
    {
        var grains = user.App.Services.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < values.Length; i++)
        {
            var batch = new IngestBatch(
                Guid.CreateVersion7(), new Accounts.Caller(Guid.Parse(await user.ReadIdAsync()), Accounts.Role.Admin),
                [new SeriesBatch(series, ImmutableArray.Create(new Observation(new DateOnly(2025, 1, 1).AddDays(i), values[i])))]);
            await grains.GetGrain<IIngestGrain>("test/0").IngestAsync(batch, TestContext.Current.CancellationToken);
        }
    }
}

public sealed class ConditionDeliveryOnSqliteTests(SqliteApp app) : ConditionDeliveryTests(app), IClassFixture<SqliteApp>;

public sealed class ConditionDeliveryOnPostgresTests(PostgresApp app) : ConditionDeliveryTests(app), IClassFixture<PostgresApp>;

public sealed class ConditionDeliveryOnThreeSilosTests(ThreeSilosApp app) : ConditionDeliveryTests(app), IClassFixture<ThreeSilosApp>;
