using System.Net;

using DawsOS.Alerts;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>From an observation to a mail on a real mail server, as user and operator see it; numbers name the worked cases. Every test ends with the equation.</summary>
public abstract class EmailDeliveryTests(object dialect)
{
    [Fact]
    public async Task C29_A_firing_reaches_both_channels_and_the_ledger_shows_the_attempt()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();

        await mail.ObserveAsync(31);
        await mail.App.SendAsync();

        var received = Assert.Single(mail.Sink.Received);
        var deliveries = await mail.User.DeliveriesAsync(alert);
        var email = deliveries.Single(d => d.GetProperty("channel").GetString() == "email");
        Assert.Equal("DawsOS Alert: Watch", received.Subject);
        Assert.Contains($"{mail.User.Series} is above 30 (now 31)", received.TextBody, StringComparison.Ordinal);
        Assert.StartsWith($"{email.GetProperty("id").GetGuid():N}@", received.MessageId, StringComparison.Ordinal);
        Assert.Equal("delivered", email.GetProperty("status").GetString());
        Assert.Equal("delivered", Assert.Single(email.GetProperty("attempts").EnumerateArray()).GetProperty("outcome").GetString());
        Assert.Single(await mail.User.NotificationsAsync());
        Assert.Empty(await mail.DlqAsync());
        await mail.BalanceAsync();
    }

    // D§11 rows 20 and 21: in the earlier system the retry came at once and without its channels, and took the notification for the mail.
    [Fact]
    public async Task C23_A_mail_that_fails_twice_arrives_at_the_third_attempt_and_the_notification_once()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;

        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        var first = Assert.Single(await mail.DlqAsync());
        Assert.Equal(("retryable", "pending", 0), (first.GetProperty("class").GetString(), first.GetProperty("status").GetString(), first.GetProperty("retry_count").GetInt32()));
        Assert.Equal(mail.App.Clock.GetUtcNow().AddMinutes(5), first.GetProperty("next_attempt_at").GetDateTimeOffset());
        var data = first.GetProperty("alert_data");
        Assert.Equal("Watch", data.GetProperty("name").GetString());
        Assert.True(data.GetProperty("channels").GetProperty("email").GetBoolean());
        Assert.Equal(30, data.GetProperty("condition").GetProperty("value").GetInt32());
        await mail.AdvanceAsync(TimeSpan.FromMinutes(5));
        mail.Sink.Fault = _ => null;
        await mail.AdvanceAsync(TimeSpan.FromMinutes(30));

        var email = await mail.EmailAsync(alert);
        Assert.Equal(["failed", "failed", "delivered"], MailScenario.Outcomes(email));
        Assert.Equal("resolved", Assert.Single(await mail.DlqAsync()).GetProperty("status").GetString());
        Assert.Single(mail.Sink.Received);
        var metrics = await mail.App.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.All(
            [
                "dawsos_alert_evaluations_total{type=\"series\",result=\"fired\"} 1",
                "dawsos_alert_deliveries_total{channel=\"inapp\",status=\"delivered\"} 1",
                "dawsos_alert_deliveries_total{channel=\"email\",status=\"retrying\"} 2",
                "dawsos_alert_deliveries_total{channel=\"email\",status=\"delivered\"} 1",
                "dawsos_alert_delivery_latency_seconds_count{channel=\"email\"} 1",
                "dawsos_alert_delivery_latency_seconds_sum{channel=\"email\"} 2100",
                "dawsos_alert_retries_total{status=\"retrying\"} 1",
                "dawsos_alert_retries_total{status=\"delivered\"} 1",
                "dawsos_agent_invocations_total{agent_name=\"alert_retry_worker\",capability=\"retry_delivery\",status=\"success\"} 1",
                "dawsos_agent_invocations_total{agent_name=\"alert_retry_worker\",capability=\"retry_delivery\",status=\"error\"} 1",
                "dawsos_due_lateness_seconds_count{queue=\"deliveries\"} 3",
                // As they were when the loop looked, just before it claimed the last attempt.
                "dawsos_alert_dlq_size{status=\"pending\"} 1",
                "dawsos_alert_dlq_size{status=\"dead\"} 0",
                "dawsos_queue_depth{queue=\"deliveries\"} 1",
            ],
            line => Assert.Contains(line, metrics, StringComparison.Ordinal));
        await mail.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Equal(3, MailScenario.Outcomes(await mail.EmailAsync(alert)).Length);
        await mail.BalanceAsync();
    }

    // D§11 row 20: in the earlier system it died silently.
    [Fact]
    public async Task C27_After_six_sends_it_is_dead_the_operator_is_told_once_and_a_redrive_is_one_extra_attempt()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        await mail.Sink.StopAsync();
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        foreach (var minutes in new[] { 5, 30, 120, 720, 1440 })
        {
            await mail.AdvanceAsync(TimeSpan.FromMinutes(minutes));
        }
        var entry = Assert.Single(await mail.DlqAsync());
        Assert.Equal(("dead", "exhausted", 5), (entry.GetProperty("status").GetString(), entry.GetProperty("reason").GetString(), entry.GetProperty("retry_count").GetInt32()));
        Assert.Equal("dead", (await mail.EmailAsync(alert)).GetProperty("status").GetString());
        Assert.Equal(6, MailScenario.Outcomes(await mail.EmailAsync(alert)).Length);
        Assert.Equal(1, await mail.App.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'delivery_exhausted'"));

        await mail.RedriveAsync(entry);
        Assert.Equal("dead", Assert.Single(await mail.DlqAsync()).GetProperty("status").GetString());
        Assert.Equal(1, await mail.App.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'delivery_exhausted'"));
        mail.Sink.Start();
        await mail.RedriveAsync(entry);

        Assert.Equal("delivered", (await mail.EmailAsync(alert)).GetProperty("status").GetString());
        Assert.Equal(8, MailScenario.Outcomes(await mail.EmailAsync(alert)).Length);
        Assert.Equal(2, await mail.App.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'redrive_delivery'"));
        await mail.Admin.SendJsonAsync(HttpMethod.Post, $"/v1/alerts/dlq/{AlertScenario.Id(entry)}/redrive", null, HttpStatusCode.Conflict);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_redrive_that_is_asked_for_twice_is_still_one_extra_attempt()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("550 no such user") : null;
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        var entry = Assert.Single(await mail.DlqAsync());
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var response = await mail.Admin.PostAsync($"/v1/alerts/dlq/{AlertScenario.Id(entry)}/redrive", null, TestContext.Current.CancellationToken);
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict });
        }));
        await mail.App.SendAsync();

        Assert.Equal("dead", (await mail.EmailAsync(alert)).GetProperty("status").GetString());
        Assert.Equal("dead", Assert.Single(await mail.DlqAsync()).GetProperty("status").GetString());
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_retry_says_what_was_decided_then_and_goes_where_the_user_is_now()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();

        await mail.User.Http.SendJsonAsync(
            HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(alert)}", new { name = "Renamed", message_template = "Anew", is_active = false }, HttpStatusCode.OK);
        await mail.User.Http.SendJsonAsync(HttpMethod.Put, "/v1/me/channels", new { email = new { address = "moved@example.test", enabled = true } }, HttpStatusCode.OK);
        mail.Sink.Fault = _ => null;
        await mail.AdvanceAsync(TimeSpan.FromMinutes(5));

        var received = Assert.Single(mail.Sink.Received);
        Assert.Equal(("DawsOS Alert: Watch", "moved@example.test"), (received.Subject, received.To.ToString()));
        Assert.Contains($"{mail.User.Series} is above 30 (now 31)", received.TextBody, StringComparison.Ordinal);
        Assert.Equal("delivered", (await mail.EmailAsync(alert)).GetProperty("status").GetString());
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_channel_that_was_told_today_is_listed_as_suppressed_beside_the_one_that_is_told()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.User.CreateAsync(above: 30, cooldownHours: 0);
        await mail.ObserveAsync(31);
        await mail.User.Http.SendJsonAsync(HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(alert)}", new { channels = new { email = true } }, HttpStatusCode.OK);

        Assert.Equal(1, (await mail.ObserveAsync(32))["alerts_fired"].GetInt32());
        await mail.App.SendAsync();

        var suppressed = (await mail.User.Http.GetAsync("/v1/deliveries?status=suppressed", HttpStatusCode.OK))["items"];
        var inapp = Assert.Single(suppressed.EnumerateArray());
        Assert.Equal(("inapp", "daily_cap"), (inapp.GetProperty("channel").GetString(), inapp.GetProperty("reason").GetString()));
        var email = await mail.EmailAsync(alert);
        Assert.Equal("delivered", email.GetProperty("status").GetString());
        Assert.Equal(email.GetProperty("firing_id").GetString(), inapp.GetProperty("firing_id").GetString());
        Assert.Single(await mail.User.NotificationsAsync());
        await mail.BalanceAsync();
    }

    [Theory]
    [InlineData("550 no such user", "dead", "permanent")]
    [InlineData("530 sign in first", "unavailable", "misconfigured")]
    public async Task C35_What_no_retry_can_mend_is_not_retried(string reply, string status, string @class)
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault(reply) : null;

        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        await mail.AdvanceAsync(TimeSpan.FromDays(2));

        Assert.Equal(status, (await mail.EmailAsync(alert, last: true)).GetProperty("status").GetString());
        var entry = (await mail.DlqAsync()).Last();
        Assert.Equal((@class, "dead"), (entry.GetProperty("class").GetString(), entry.GetProperty("status").GetString()));
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_mail_dropped_after_it_was_taken_is_uncertain_and_its_repeat_has_the_same_message_id()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Content ? SinkFault.Drop : null;

        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        mail.Sink.Fault = _ => null;
        await mail.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(["uncertain", "delivered"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
        Assert.Equal(2, mail.Sink.Received.Count);
        Assert.Single(mail.Sink.Received.Select(m => m.MessageId).Distinct());
        await mail.BalanceAsync();
    }

    // D§11 row 21: the earlier system called it delivered.
    [Fact]
    public async Task Without_a_mail_server_a_delivery_is_unavailable_visible_and_never_called_delivered()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect, configured: false);
        var alert = await mail.CreateAsync(inapp: false);

        Assert.Equal(1, (await mail.ObserveAsync(31))["alerts_fired"].GetInt32());

        var email = await mail.EmailAsync(alert);
        Assert.Equal(("unavailable", "not_configured"), (email.GetProperty("status").GetString(), email.GetProperty("reason").GetString()));
        var entry = Assert.Single(await mail.DlqAsync());
        Assert.Equal(("misconfigured", "dead"), (entry.GetProperty("class").GetString(), entry.GetProperty("status").GetString()));
        await mail.RedriveAsync(entry);
        Assert.Equal("unavailable", (await mail.EmailAsync(alert)).GetProperty("status").GetString());
        Assert.Equal("cooling_down", (await mail.User.ReadAsync(alert)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_user_says_where_mail_goes_and_may_switch_it_off()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        await mail.User.Http.SendJsonAsync(
            HttpMethod.Put, "/v1/me/channels", new { time_zone = "UTC", email = new { address = "elsewhere@example.test", enabled = true } }, HttpStatusCode.OK);
        var first = await mail.CreateAsync();
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        Assert.Equal("elsewhere@example.test", Assert.Single(mail.Sink.Received).To.ToString());

        await mail.User.Http.SendJsonAsync(HttpMethod.Put, "/v1/me/channels", new { email = new { enabled = false } }, HttpStatusCode.OK);
        var second = await mail.CreateAsync();

        Assert.Equal("delivered", (await mail.EmailAsync(first)).GetProperty("status").GetString());
        Assert.Equal("channel_disabled", (await mail.EmailAsync(second)).GetProperty("reason").GetString());
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task What_is_left_to_send_of_a_deleted_alert_ends_as_such()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        await mail.Sink.StopAsync();
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();

        await mail.User.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/alerts/{AlertScenario.Id(alert)}", null, HttpStatusCode.NoContent);
        var listed = Assert.Single(await mail.DlqAsync());
        Assert.Equal(("alert_gone", "pending"), (listed.GetProperty("reason").GetString(), listed.GetProperty("status").GetString()));
        mail.Sink.Start();
        await mail.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("dead", Assert.Single(await mail.DlqAsync()).GetProperty("status").GetString());
        Assert.Empty(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task An_operator_takes_an_entry_out_and_nothing_more_is_tried()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        await mail.Sink.StopAsync();
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        var entry = Assert.Single(await mail.DlqAsync());
        var path = $"/v1/alerts/dlq/{AlertScenario.Id(entry)}";

        await mail.User.Http.SendJsonAsync(HttpMethod.Delete, path, null, HttpStatusCode.Forbidden);
        await mail.Admin.SendJsonAsync(HttpMethod.Delete, path, null, HttpStatusCode.NoContent);
        await mail.Admin.SendJsonAsync(HttpMethod.Delete, path, null, HttpStatusCode.NotFound);
        mail.Sink.Start();
        await mail.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Empty(await mail.DlqAsync());
        Assert.Equal(("dead", "discarded"), ((await mail.EmailAsync(alert)).GetProperty("status").GetString(), (await mail.EmailAsync(alert)).GetProperty("reason").GetString()));
        Assert.Empty(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task C17_A_day_is_the_users_own()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        await mail.User.Http.SendJsonAsync(HttpMethod.Put, "/v1/me/channels", new { time_zone = "America/New_York" }, HttpStatusCode.OK);
        using var utc = await AlertScenario.NewAsync(mail.App);
        var condition = new { type = "series", series_id = mail.User.Series, op = ">", value = 150 };
        var newYork = await mail.User.CreateAsync(new { condition_json = condition, mode = "cross", cooldown_hours = 0 });
        var london = await utc.CreateAsync(new { condition_json = condition, mode = "cross", cooldown_hours = 0 });
        await mail.ObserveAsync(149);

        // 23:30 and 00:30 in New York (EST) are one day in UTC.
        await mail.AdvanceToAsync(new DateTimeOffset(2026, 3, 4, 4, 30, 0, TimeSpan.Zero));
        await mail.ObserveAsync(151);
        await mail.ObserveAsync(149);
        await mail.AdvanceAsync(TimeSpan.FromHours(1));
        await mail.ObserveAsync(152);
        await utc.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(2, (await mail.User.DeliveriesAsync(newYork)).Length);
        Assert.Single(await utc.DeliveriesAsync(london));
        Assert.Equal(1, await mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_suppressions WHERE reason = 'daily_cap' AND alert_id = @id", new { id = Guid.Parse(AlertScenario.Id(london)) }));
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_process_that_dies_with_a_lease_leaves_an_uncertain_attempt_whose_repeat_is_due_at_once()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        mail.Sink.Fault = _ => null;
        // As if another process had claimed the retry and died with it.
        var now = mail.App.Clock.GetUtcNow();
        await mail.App.WriteAsync(
            "UPDATE alert_deliveries SET attempts = 2, next_attempt_at = NULL, lease_token = @token, lease_until = @until WHERE channel = 'email'",
            new { token = Guid.CreateVersion7(), until = now + new SendOptions().Lease });
        await mail.App.WriteAsync("INSERT INTO delivery_attempts (delivery_id, number, started_at, outcome) SELECT id, 2, @now, 'started' FROM alert_deliveries WHERE channel = 'email'", new { now });

        await mail.AdvanceAsync(new SendOptions().Lease);

        Assert.Equal(["failed", "uncertain", "delivered"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
        Assert.Single(mail.Sink.Received);
        await mail.BalanceAsync();
    }
}

public sealed class EmailDeliveryOnSqliteTests() : EmailDeliveryTests(Dialect.Sqlite);

public sealed class EmailDeliveryOnPostgresTests() : EmailDeliveryTests(Dialect.Postgres);
