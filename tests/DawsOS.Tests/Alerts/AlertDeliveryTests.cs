using System.Net;
using System.Text.Json;

using DawsOS.Delivery;
using DawsOS.Harness;

namespace DawsOS.Alerts;

/// <summary>From an observation to a notification, as a user sees it; numbers name the worked cases.</summary>
public abstract class AlertDeliveryTests(AppFixture fixture)
{
    private const string Prevented = "dawsos_alert_duplicates_prevented_total{layer=\"cooldown\"}";

    private Task<AlertScenario> NewAsync() => AlertScenario.NewAsync(fixture.App);

    // D§11 row 18: in the earlier system nothing fired.
    [Fact]
    public async Task A_VIX_above_30_alert_is_notified_once_to_its_user()
    {
        using var user = await NewAsync();
        using var other = await NewAsync();
        var alert = (await user.Http.CallAsync(
            "/v1/alerts", new { condition_json = new { type = "macro", entity = "VIX", op = ">", value = 30 } }, HttpStatusCode.Created)).Body;
        Assert.Equal("Macro Alert: VIX", alert.GetProperty("name").GetString());

        await user.IngestAsync([new { date = "2026-02-26", value = 28.5 }], series: "VIXCLS");
        var ingest = await user.IngestAsync([new { date = "2026-02-27", value = 31.25 }], series: "VIXCLS");

        Assert.Equal(1, ingest["alerts_fired"].GetInt32());
        var notification = Assert.Single(await user.NotificationsAsync());
        Assert.Equal("VIX is above 30 (now level 31.25)", notification.GetProperty("message").GetString());
        Assert.Equal(AlertScenario.Id(alert), notification.GetProperty("alert_id").GetString());
        Assert.False(notification.GetProperty("is_read").GetBoolean());
        Assert.Empty(await other.NotificationsAsync());
        Assert.Equal("cooling_down", (await user.ReadAsync(alert)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_ledger_says_what_was_delivered()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(above: 30);
        await user.ObserveAsync(31);

        var delivery = Assert.Single(await user.DeliveriesAsync(alert));

        Assert.Equal("inapp", delivery.GetProperty("channel").GetString());
        Assert.Equal("delivered", delivery.GetProperty("status").GetString());
        Assert.StartsWith($"{AlertScenario.Id(alert)}:1:", delivery.GetProperty("occurrence_key").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(":0", delivery.GetProperty("occurrence_key").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{user.App.Clock.GetUtcNow():yyyy-MM-dd}", delivery.GetProperty("delivery_day").GetString());
        var condition = alert.GetProperty("condition_json").GetRawText();
        Assert.Equal(
            DeliveryRules.ContentHash(condition, delivery.GetProperty("message").GetString()!, alert.GetProperty("user_id").GetString()!),
            delivery.GetProperty("content_hash").GetString());
        Assert.Equal(1, (await user.Http.GetAsync("/v1/deliveries?status=delivered&channel=inapp", HttpStatusCode.OK))["total"].GetInt32());
        Assert.Equal(0, (await user.Http.GetAsync("/v1/deliveries?status=dead", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task The_ledger_is_asked_for_a_time_both_ends_included()
    {
        using var user = await NewAsync();
        var first = user.App.Clock.GetUtcNow();
        var low = AlertScenario.Id(await user.CreateAsync(above: 30));
        await user.ObserveAsync(31);
        await user.AdvanceAsync(TimeSpan.FromHours(1));
        var second = user.App.Clock.GetUtcNow();
        var high = AlertScenario.Id(await user.CreateAsync(above: 40));
        await user.ObserveAsync(41);

        Assert.Equal([high, low], await AlertsAsync($"?from={first:O}&to={second:O}"));
        Assert.Equal([high], await AlertsAsync($"?from={second:O}"));
        Assert.Equal([high], await AlertsAsync($"?from={first.AddMilliseconds(1):O}"));
        Assert.Equal([low], await AlertsAsync($"?to={first:O}"));
        Assert.Equal([low], await AlertsAsync($"?to={second.AddMilliseconds(-1):O}"));
        Assert.Empty(await AlertsAsync($"?from={second:O}&to={first:O}"));

        async Task<string[]> AlertsAsync(string query)
        {
            var page = await user.Http.GetAsync($"/v1/deliveries{query.Replace("+", "%2B", StringComparison.Ordinal)}", HttpStatusCode.OK);
            string[] alerts = [.. page["items"].EnumerateArray().Select(delivery => delivery.GetProperty("alert_id").GetString()!)];
            Assert.Equal(page["total"].GetInt32(), alerts.Length);
            return alerts;
        }
    }

    // D§11 row 22: the earlier system failed in every cooldown.
    [Fact]
    public async Task C03_A_level_alert_repeats_at_its_cooldowns_end()
    {
        using var user = await NewAsync();
        var start = user.App.Clock.GetUtcNow();
        var alert = await user.CreateAsync(above: 30, cooldownHours: 24);
        var prevented = await user.App.MetricAsync(Prevented);

        Assert.Equal(1, (await user.ObserveAsync(31))["alerts_fired"].GetInt32());
        await user.AdvanceToAsync(start.AddHours(12));
        Assert.Equal(0, (await user.ObserveAsync(29))["alerts_fired"].GetInt32());
        await user.AdvanceToAsync(start.AddHours(24).AddSeconds(-1));
        Assert.Equal(0, (await user.ObserveAsync(31))["alerts_fired"].GetInt32());
        await user.AdvanceToAsync(start.AddHours(24).AddSeconds(-0.5));
        Assert.Equal("cooldown", await user.EvaluateAsync(alert));
        Assert.Single(await user.DeliveriesAsync(alert));
        Assert.Equal(
            [new Suppressed { Reason = "cooldown", WindowStart = start, FirstAt = start.AddHours(24).AddSeconds(-1), LastAt = start.AddHours(24).AddSeconds(-0.5), Count = 2 }],
            await user.SuppressionsAsync(alert));
        Assert.Equal(prevented + 2, await user.App.MetricAsync(Prevented));
        await user.AdvanceToAsync(start.AddHours(24));

        var deliveries = await user.DeliveriesAsync(alert);
        Assert.Equal(2, deliveries.Length);
        Assert.Equal(start.AddHours(24), deliveries[0].GetProperty("created_at").GetDateTimeOffset());
        await user.BalanceAsync();
    }

    // D§11 row 23: the earlier system took a null here for a word, and told nobody.
    [Fact]
    public async Task Channels_that_are_null_leave_the_word_to_the_older_members()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(new
        {
            condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 },
            channels = (object?)null,
            notify_inapp = false,
            notify_email = true,
        });
        Assert.Equal("""{"inapp":false,"email":true,"webhook":false}""", alert.GetProperty("channels").GetRawText());

        await user.ObserveAsync(31);

        Assert.Equal("email", Assert.Single(await user.DeliveriesAsync(alert)).GetProperty("channel").GetString());
        Assert.Empty(await user.NotificationsAsync());
    }

    [Fact]
    public async Task A_condition_that_is_false_at_the_cooldowns_end_does_not_fire()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(above: 30, cooldownHours: 24);
        await user.ObserveAsync(31);
        await user.ObserveAsync(29);

        await user.AdvanceAsync(TimeSpan.FromHours(49));

        Assert.Single(await user.DeliveriesAsync(alert));
        Assert.Equal("armed", (await user.ReadAsync(alert)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Without_a_cooldown_only_a_new_observation_fires_again_and_once_a_day()
    {
        using var user = await NewAsync();
        await user.AdvanceToAsync(Midnight(user).AddHours(9));
        var alert = await user.CreateAsync(above: 30, cooldownHours: 0);

        Assert.Equal(1, (await user.ObserveAsync(31))["alerts_fired"].GetInt32());
        Assert.Equal("duplicate", await user.EvaluateAsync(alert));
        Assert.Equal(0, (await user.ObserveAsync(32))["alerts_fired"].GetInt32());
        Assert.Equal("suppressed", await user.EvaluateAsync(alert));
        Assert.Single(await user.DeliveriesAsync(alert));
        // 32 is evidence that has not fired; the day's end is when a channel would pass.
        await user.AdvanceToAsync(Midnight(user));

        Assert.Equal(2, (await user.DeliveriesAsync(alert)).Length);
        Assert.Equal("duplicate", await user.EvaluateAsync(alert));
        await user.AdvanceAsync(TimeSpan.FromHours(30));
        Assert.Equal(2, (await user.DeliveriesAsync(alert)).Length);
    }

    [Fact]
    public async Task A_true_level_alert_fires_at_once_when_created_and_when_reactivated()
    {
        using var user = await NewAsync();
        await user.ObserveAsync(31);

        var created = await user.CreateAsync(above: 30);
        var sleeping = await user.CreateAsync(above: 25, isActive: false);

        Assert.Single(await user.DeliveriesAsync(created));
        Assert.Equal("cooling_down", created.GetProperty("state").GetString());
        Assert.Empty(await user.DeliveriesAsync(sleeping));
        Assert.Equal("inactive", await user.EvaluateAsync(sleeping));
        await PatchAsync(user, sleeping, new { is_active = true });
        Assert.Single(await user.DeliveriesAsync(sleeping));
    }

    [Fact]
    public async Task An_edited_condition_is_decided_at_the_next_tick_even_without_a_crossing()
    {
        using var user = await NewAsync();
        await user.ObserveAsync(31);
        var alert = await user.CreateAsync(above: 40);

        var edited = await PatchAsync(user, alert, new { condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 } });
        Assert.Equal(2, edited.GetProperty("rule_version").GetInt32());
        Assert.Empty(await user.DeliveriesAsync(alert));
        Assert.Equal(1, (await user.ObserveAsync(31.5m))["alerts_fired"].GetInt32());

        var renamed = await PatchAsync(user, alert, new { name = "Other" });
        Assert.Equal(2, renamed.GetProperty("rule_version").GetInt32());
        Assert.Single(await user.DeliveriesAsync(alert));
    }

    [Fact]
    public async Task Shortening_the_cooldown_moves_the_next_firing()
    {
        using var user = await NewAsync();
        await user.AdvanceToAsync(Midnight(user).AddHours(23));
        var alert = await user.CreateAsync(above: 30, cooldownHours: 100);
        await user.ObserveAsync(31);
        await PatchAsync(user, alert, new { cooldown_hours = 1.5m });
        // The same text would not be told twice within 24 h.
        await user.ObserveAsync(32);

        await user.AdvanceAsync(TimeSpan.FromMinutes(91));

        Assert.Equal(2, (await user.DeliveriesAsync(alert)).Length);
        Assert.Equal(1.5m, (await user.ReadAsync(alert)).GetProperty("cooldown_hours").GetDecimal());
    }

    [Fact]
    public async Task A_deleted_alert_is_gone_and_never_fires_again()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(above: 30);

        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/alerts/{AlertScenario.Id(alert)}", null, HttpStatusCode.NoContent);

        Assert.Equal(0, (await user.ObserveAsync(31))["alerts_fired"].GetInt32());
        await user.Http.GetAsync($"/v1/alerts/{AlertScenario.Id(alert)}", HttpStatusCode.NotFound);
        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/alerts/{AlertScenario.Id(alert)}", null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task C57_A_dry_run_explains_itself_and_writes_nothing()
    {
        using var user = await NewAsync();
        var alert = await user.CreateAsync(above: 40, isActive: true);

        var empty = await TestAsync();
        Assert.False(empty["condition_met"].GetBoolean());
        Assert.Equal(JsonValueKind.Null, empty["current_value"].ValueKind);
        await user.ObserveAsync(31);
        // Decided at the next observation, so until then it would fire.
        await PatchAsync(user, alert, new { condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 } });
        Assert.True((await TestAsync())["would_trigger"].GetBoolean());
        Assert.Equal(1, (await user.ObserveAsync(31.5m))["alerts_fired"].GetInt32());
        await user.AdvanceAsync(TimeSpan.FromHours(6));
        var cooling = await TestAsync();

        Assert.True(cooling["condition_met"].GetBoolean());
        Assert.False(cooling["would_trigger"].GetBoolean());
        Assert.Equal(31.5m, cooling["current_value"].GetDecimal());
        Assert.Equal(30m, cooling["threshold_value"].GetDecimal());
        Assert.Equal(18m, cooling["cooldown_remaining_hours"].GetDecimal());
        Assert.StartsWith("cooldown: 18 h left", cooling["reasons"].EnumerateArray().Select(r => r.GetString()!).Single(r => r.StartsWith("cooldown", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(await user.DeliveriesAsync(alert));
        await user.BalanceAsync();

        async Task<Answer> TestAsync()
        {
            var before = await user.StoredAsync(alert);
            var answer = await user.Http.CallAsync($"/v1/alerts/{AlertScenario.Id(alert)}/test", null);
            Assert.Equal(before, await user.StoredAsync(alert));
            return answer;
        }
    }

    private static DateTimeOffset Midnight(AlertScenario user) => new(user.App.Clock.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

    private static async Task<JsonElement> PatchAsync(AlertScenario user, JsonElement alert, object patch) =>
        (await user.Http.SendJsonAsync(HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(alert)}", patch, HttpStatusCode.OK)).Body;
}

public sealed class AlertDeliveryOnSqliteTests(SqliteApp app) : AlertDeliveryTests(app), IClassFixture<SqliteApp>;

public sealed class AlertDeliveryOnPostgresTests(PostgresApp app) : AlertDeliveryTests(app), IClassFixture<PostgresApp>;

public sealed class AlertDeliveryOnThreeSilosTests(ThreeSilosApp app) : AlertDeliveryTests(app), IClassFixture<ThreeSilosApp>;
