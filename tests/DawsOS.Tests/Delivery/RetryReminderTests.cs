using DawsOS.Alerts;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Orleans.Reminders.Diagnostics;

namespace DawsOS.Delivery;

/// <summary>What an alert's reminder does for the retries of its deliveries: alone, doubled, missing.</summary>
public abstract class RetryReminderTests(object dialect)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_reminder_alone_gets_a_retry_sent_and_is_gone_once_it_is_delivered()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect, replace: WithoutLoops);
        var alert = await CrossingAsync(mail);
        using var reminders = new ReminderWatch(AlertScenario.Id(alert));
        var armed = reminders.NextAsync<ReminderEvents.LocalReminderTickWaitArmed>();
        await FailAsync(mail, 31);
        await armed;

        var gone = reminders.NextAsync<ReminderEvents.Unregistered>();
        mail.App.Clock.Advance(RetryAfter);
        await gone;

        Assert.Equal(["failed", "delivered"], await OutcomesAsync(mail, alert));
        Assert.Equal(0, await RemindersAsync(mail));
        Assert.Single(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task Doubled_ticks_send_once()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect, replace: WithoutLoops);
        var alert = await CrossingAsync(mail);
        await FailAsync(mail, 31);
        var grain = mail.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IAlertGrain>(Guid.Parse(AlertScenario.Id(alert))).AsReference<IRemindable>();

        // Too early, doubled and late ones.
        await grain.ReceiveReminder(AlertGrain.Wake, default, Token);
        mail.App.Clock.Advance(RetryAfter);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => grain.ReceiveReminder(AlertGrain.Wake, default, Token)));
        await HostProcess.PollAsync("the retry to be sent", async () => (await OutcomesAsync(mail, alert)) is ["failed", "delivered"]);
        await grain.ReceiveReminder(AlertGrain.Wake, default, Token);

        Assert.Equal(["failed", "delivered"], await OutcomesAsync(mail, alert));
        Assert.Equal(0, await RemindersAsync(mail));
        Assert.Single(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task Without_any_tick_the_loop_sends_it()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect, replace: WithoutReminders);
        var alert = await CrossingAsync(mail);
        await FailAsync(mail, 31);
        Assert.Equal(0, await RemindersAsync(mail));

        mail.App.Clock.Advance(RetryAfter);
        await HostProcess.PollAsync("the retry to be sent", async () => (await OutcomesAsync(mail, alert)) is ["failed", "delivered"]);

        Assert.Single(mail.Sink.Received);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task A_retry_that_waits_for_a_free_slot_does_not_tick_all_the_time()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect, connections: 1, replace: WithoutLoops);
        var (busy, waiting) = (await CrossingAsync(mail), await CrossingAsync(mail, above: 40));
        using var first = new ReminderWatch(AlertScenario.Id(busy));
        using var reminders = new ReminderWatch(AlertScenario.Id(waiting));
        // One that is armed only after the clock has moved waits for its next period.
        var armed = Task.WhenAll(first.NextAsync<ReminderEvents.LocalReminderTickWaitArmed>(), reminders.NextAsync<ReminderEvents.LocalReminderTickWaitArmed>());
        await FailAsync(mail, 41);
        await armed;
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The only slot is taken by the one that is due first.
        await mail.App.WriteAsync(
            "UPDATE alert_deliveries SET next_attempt_at = @due WHERE alert_id = @id AND channel = 'email'",
            new { due = mail.App.Clock.GetUtcNow(), id = Guid.Parse(AlertScenario.Id(busy)) });
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? SinkFault.Hold(goOn.Task) : null;
        mail.App.Clock.Advance(RetryAfter);
        await HostProcess.PollAsync("the slot to be taken", async () => await mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE lease_until IS NOT NULL") == 1);
        await HostProcess.PollAsync("the other to be ticked", () => Task.FromResult(reminders.Count<ReminderEvents.TickCompleted>() > 0));

        // Time stands still, so there is nothing to be ticked for again.
        for (var i = 0; i < 200; i++)
        {
            await RemindersAsync(mail);
        }
        Assert.InRange(reminders.Count<ReminderEvents.TickCompleted>(), 1, 2);
        goOn.SetResult();
        await HostProcess.PollAsync("both to be sent", async () => (await OutcomesAsync(mail, waiting)) is ["failed", "delivered"]);
        await mail.BalanceAsync();
    }

    // A level alert would be woken again at its cooldown's end, so its reminder would stay.
    private static async Task<System.Text.Json.JsonElement> CrossingAsync(MailScenario mail, decimal above = 30)
    {
        await mail.ObserveAsync(29);
        return await mail.CreateAsync(above: above, mode: "cross");
    }

    // The first attempts, which the ingest itself begins.
    private static async Task FailAsync(MailScenario mail, decimal value)
    {
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(value);
        await HostProcess.PollAsync("the first attempts to be recorded", async () => await mail.App.ScalarAsync<long>(
            "SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND status <> 'retrying'") == 0);
        mail.Sink.Fault = _ => null;
    }

    private static void WithoutLoops(WebApplicationBuilder builder)
    {
        Remove<WakeLoop>(builder);
        builder.Services.AddSingleton(new SendOptions { Period = TimeSpan.FromDays(30) });
    }

    private static void WithoutReminders(WebApplicationBuilder builder) => Remove<WakeQueue>(builder);

    private static void Remove<TLoop>(WebApplicationBuilder builder) => builder.Services.Remove(builder.Services.Single(
        d => d.ServiceType == typeof(IHostedService) && d.ImplementationFactory?.GetType().GenericTypeArguments[1] == typeof(TLoop)));

    private static async Task<string[]> OutcomesAsync(MailScenario mail, System.Text.Json.JsonElement alert) => MailScenario.Outcomes(await mail.EmailAsync(alert));

    private static Task<long> RemindersAsync(MailScenario mail) =>
        mail.App.ScalarAsync<long>("SELECT count(*) FROM OrleansRemindersTable WHERE ReminderName = @name", new { name = AlertGrain.Wake });
}

public sealed class RetryReminderOnSqliteTests() : RetryReminderTests(Dialect.Sqlite);

public sealed class RetryReminderOnPostgresTests() : RetryReminderTests(Dialect.Postgres);
