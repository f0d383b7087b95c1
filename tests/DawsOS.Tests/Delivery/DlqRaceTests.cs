using System.Net;

using Dapper;

using DawsOS.Accounts;
using DawsOS.Alerts;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

using Npgsql;

namespace DawsOS.Delivery;

/// <summary>An operator, a sender and a user that goes, all at the same rows.</summary>
public sealed class DlqRaceTests
{
    private const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/redrive")]
    [InlineData("DELETE", "")]
    public async Task What_was_delivered_while_the_operator_asked_stays_delivered(string method, string action)
    {
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        var entry = Assert.Single(await mail.DlqAsync());
        mail.Sink.Fault = _ => null;

        // The outcome of the second attempt waits for the entry, holding the delivery; the operator's request waits for the delivery.
        await using var blocker = new NpgsqlConnection(mail.App.DatabaseUrl);
        await blocker.OpenAsync(Token);
        await blocker.ExecuteAsync("BEGIN; SELECT 1 FROM alert_dlq FOR UPDATE");
        mail.App.Clock.Advance(TimeSpan.FromMinutes(5));
        await HostProcess.PollAsync("the outcome to wait", async () => await mail.App.ScalarAsync<long>(Waiting) == 1);
        using var admin = await mail.App.SignInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/alerts/dlq/{AlertScenario.Id(entry)}{action}");
        var asked = admin.SendAsync(request, Token);
        await HostProcess.PollAsync("the operator to wait", async () => await mail.App.ScalarAsync<long>(Waiting) == 2);
        await blocker.ExecuteAsync("ROLLBACK");
        using var answer = await asked;
        await mail.App.SendAsync();

        Assert.Equal(method == "POST" ? HttpStatusCode.Conflict : HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(("delivered", 2), (
            (await mail.EmailAsync(alert)).GetProperty("status").GetString(), MailScenario.Outcomes(await mail.EmailAsync(alert)).Length));
        Assert.Single(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task Mails_of_a_user_that_is_switched_off_do_not_keep_others_waiting()
    {
        const int Many = 40;
        await using var mail = await MailScenario.StartAsync(Dialect.Sqlite, connections: 4);
        using var other = await AlertScenario.NewAsync(mail.App);
        object Alert(string series) => new { condition_json = new { type = "series", series_id = series, op = ">", value = 30 }, channels = new { inapp = false, email = true } };
        for (var n = 0; n < Many; n++)
        {
            await mail.User.CreateAsync(Alert(mail.User.Series));
        }
        var kept = await other.CreateAsync(Alert(other.Series));
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(31);
        await other.ObserveAsync(31);
        await mail.App.SendAsync();
        mail.Sink.Fault = _ => null;
        await mail.App.PatchUserAsync(await mail.User.ReadIdAsync(), new { is_active = false });

        // Earlier than their reminders, so that only the loop can find them; it looks once, because the clock stands still.
        var due = mail.App.Clock.GetUtcNow().AddMinutes(1);
        await mail.App.WriteAsync("UPDATE alert_deliveries SET next_attempt_at = @due WHERE user_id = @user", new { due, user = Guid.Parse(await other.ReadIdAsync()) });
        await mail.App.WriteAsync(
            "UPDATE alert_deliveries SET next_attempt_at = @due WHERE user_id <> @user", new { due = due.AddSeconds(-1), user = Guid.Parse(await other.ReadIdAsync()) });
        mail.App.Clock.Advance(TimeSpan.FromMinutes(1));

        await HostProcess.PollAsync("the other's mail to arrive", async () =>
            Assert.Single(await other.DeliveriesAsync(kept)).GetProperty("status").GetString() == "delivered");
        Assert.Equal(Many, await mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE status = 'dead' AND reason = 'alert_gone'"));
        var metrics = await mail.App.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);
        Assert.Contains($$"""dawsos_alert_deliveries_total{channel="email",status="dead"} {{Many}}""", metrics, StringComparison.Ordinal);
        await mail.BalanceAsync();
    }
}
