using Dapper;

using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

using Npgsql;

namespace DawsOS.Delivery;

/// <summary>A clock that somebody sets wrong by an hour, back and forth, while alerts cool down and deliveries are sent and retried.</summary>
public sealed class ClockStepTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cooldown_ends_by_what_the_clock_shows_and_never_early_or_twice()
    {
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres);
        var alert = await mail.User.CreateAsync(new
        {
            condition_json = new { type = "series", series_id = mail.User.Series, op = ">", value = 30 },
            channels = new { inapp = true, email = true },
            cooldown_hours = 24,
        });
        var start = mail.App.Clock.GetUtcNow();
        await mail.ObserveAsync(31);

        // Back to before the firing: the cooldown has not begun to pass.
        await StepAsync(mail, -Hour);
        Assert.Equal(0, (await mail.ObserveAsync(32))["alerts_fired"].GetInt32());
        await mail.AdvanceToAsync(start + TimeSpan.FromHours(12));
        await StepAsync(mail, Hour);
        await mail.AdvanceToAsync(start + TimeSpan.FromHours(23));
        await StepAsync(mail, -Hour);
        await mail.AdvanceToAsync(start + TimeSpan.FromHours(24) - Minute);
        Assert.Equal(1, await FiringsAsync(mail));

        await mail.AdvanceAsync(Minute);
        Assert.Equal(2, await FiringsAsync(mail));
        // Forward, and back over the cooldown's end.
        await StepAsync(mail, Hour);
        await StepAsync(mail, -Hour);
        await StepAsync(mail, -Hour);
        await mail.AdvanceToAsync(start + TimeSpan.FromHours(48) - Minute);
        Assert.Equal(2, await FiringsAsync(mail));
        await mail.AdvanceAsync(Minute);

        Assert.Equal(3, await FiringsAsync(mail));
        Assert.Equal(6, (await mail.User.DeliveriesAsync(alert)).Count(d => d.GetProperty("status").GetString() == "delivered"));
        Assert.Equal(3, mail.Sink.Received.Count);
        await mail.BalanceAsync();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_retry_is_made_once_whichever_way_the_clock_is_set(int hours)
    {
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        var due = mail.App.Clock.GetUtcNow() + TimeSpan.FromMinutes(5);

        await StepAsync(mail, hours * Hour);
        if (hours < 0)
        {
            await mail.AdvanceToAsync(due - Minute);
            Assert.Equal(["failed"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
            mail.Sink.Fault = _ => null;
            await mail.AdvanceToAsync(due);
        }
        else
        {
            // By this clock it is late already; the next is due half an hour after it failed.
            mail.Sink.Fault = _ => null;
            Assert.Equal(["failed", "failed"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
            await StepAsync(mail, -Hour);
            await mail.AdvanceAsync(Hour + TimeSpan.FromMinutes(30));
        }
        await mail.AdvanceAsync(TimeSpan.FromDays(2));

        Assert.Equal("delivered", MailScenario.Outcomes(await mail.EmailAsync(alert))[^1]);
        Assert.Single(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_clock_set_back_does_not_keep_the_loop_from_looking()
    {
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres);
        var alert = await mail.CreateAsync();
        await mail.Sink.StopAsync();
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();
        await StepAsync(mail, -Hour);
        mail.Sink.Start();
        // As if another process had claimed the retry after that and died with it: nobody nudges this one.
        var now = mail.App.Clock.GetUtcNow();
        await mail.App.WriteAsync(
            "UPDATE alert_deliveries SET attempts = 2, next_attempt_at = NULL, lease_token = @token, lease_until = @until WHERE channel = 'email'",
            new { token = Guid.CreateVersion7(), until = now + new SendOptions().Lease });
        await mail.App.WriteAsync("INSERT INTO delivery_attempts (delivery_id, number, started_at, outcome) SELECT id, 2, @now, 'started' FROM alert_deliveries WHERE channel = 'email'", new { now });

        mail.App.Clock.Advance(new SendOptions().Lease);
        await HostProcess.PollAsync("the lease's end to be seen", async () => await DeliveredAsync(mail) == 1);

        Assert.Equal(["failed", "uncertain", "delivered"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_clock_set_forward_ends_leases_of_running_sends_and_both_ends_of_one_delivery_are_told_together()
    {
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres);
        var alert = await mail.CreateAsync();
        var other = await mail.CreateAsync(above: 40);
        await mail.ObserveAsync(29);
        var (goOn, otherGoesOn) = (Signal(), Signal());
        var held = 0;
        mail.Sink.Fault = stage => stage != SinkStage.Content ? null : SinkFault.Hold(Interlocked.Increment(ref held) == 3 ? otherGoesOn.Task : goOn.Task);
        await mail.ObserveAsync(31);
        await HostProcess.PollAsync("the first send to be held", () => Task.FromResult(held == 1));

        mail.App.Clock.Step = Hour;
        mail.App.Clock.Advance(new SendOptions().Period);
        await HostProcess.PollAsync("its repeat to be held", () => Task.FromResult(held == 2));
        mail.App.Clock.Step = TimeSpan.Zero;
        await mail.ObserveAsync(41);
        await HostProcess.PollAsync("another send to be held", () => Task.FromResult(held == 3));
        await using (var blocker = new NpgsqlConnection(mail.App.DatabaseUrl))
        {
            // Its outcome waits for this lock, and behind it those of both sends of the first.
            await blocker.OpenAsync(Token);
            await blocker.ExecuteAsync("BEGIN; LOCK TABLE alert_deliveries IN ACCESS EXCLUSIVE MODE");
            otherGoesOn.SetResult();
            await HostProcess.PollAsync("an outcome to wait", async () => await mail.App.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%status <> ''delivered''%' AND datname = current_database()") > 0);
            goOn.SetResult();
            await HostProcess.PollAsync("all sends to end", () => Task.FromResult(mail.App.Clock.Running(new SendOptions().Timeout) == 0));
            await blocker.ExecuteAsync("ROLLBACK");
        }
        mail.Sink.Fault = _ => null;
        await mail.App.SendAsync();
        var last = await mail.CreateAsync(above: 50);
        await mail.ObserveAsync(51);
        await HostProcess.PollAsync("the loop to go on", async () => await DeliveredAsync(mail) == 3);

        Assert.Equal(["uncertain", "delivered"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
        Assert.Equal(["delivered"], MailScenario.Outcomes(await mail.EmailAsync(other)));
        Assert.Equal(["delivered"], MailScenario.Outcomes(await mail.EmailAsync(last)));
        Assert.Equal(4, mail.Sink.Received.Count);
        await mail.BalanceAsync();
    }

    private static async Task StepAsync(MailScenario mail, TimeSpan step)
    {
        mail.App.Clock.Step += step;
        await mail.AdvanceAsync(TimeSpan.Zero);
    }

    private static Task<long> DeliveredAsync(MailScenario mail) =>
        mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND status = 'delivered'");

    private static Task<long> FiringsAsync(MailScenario mail) => mail.App.ScalarAsync<long>("SELECT count(*) FROM firings");

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
