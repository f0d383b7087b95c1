using System.Net;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Orleans.Reminders.Diagnostics;

namespace DawsOS.Alerts;

/// <summary>The Orleans reminder alone, with the per-silo loop taken out: it exists while something is due, and only then.</summary>
public abstract class AlertReminderTests(object dialect)
{
    private Task<DawsApp> StartAsync() => DawsApp.StartAsync((Dialect)dialect, replace: builder =>
    {
        var loop = builder.Services.Single(d => d.ServiceType == typeof(IHostedService)
            && d.ImplementationFactory?.GetType().GenericTypeArguments[1] == typeof(WakeLoop));
        builder.Services.Remove(loop);
    });

    [Fact]
    public async Task The_reminder_repeats_a_level_alert_at_its_cooldowns_end_and_goes_when_nothing_is_due()
    {
        await using var app = await StartAsync();
        using var user = await AlertScenario.NewAsync(app);
        var alert = await user.CreateAsync(above: 30, cooldownHours: 24);
        using var reminders = new ReminderWatch(AlertScenario.Id(alert));

        var registered = reminders.NextAsync<ReminderEvents.Registered>();
        await user.ObserveAsync(31);
        await registered;
        // Orleans keeps a reminder in memory only when its tick is near, so time goes in two steps.
        var near = reminders.NextAsync<ReminderEvents.LocalReminderTickWaitArmed>();
        app.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(2));
        await near;
        var ticked = reminders.NextAsync<ReminderEvents.TickCompleted>();
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await ticked;

        using var http = await app.SignInAgainAsync(user.Http);
        Assert.Equal(2, (await http.GetAsync($"/v1/alerts/{AlertScenario.Id(alert)}/deliveries", HttpStatusCode.OK))["total"].GetInt32());
        Assert.Equal(1, await RemindersAsync(app));

        var gone = reminders.NextAsync<ReminderEvents.Unregistered>();
        await http.CallAsync($"/v1/series/{user.Series}/observations", new { observations = new[] { new { date = "2025-06-01", value = 29 } } });
        await gone;
        Assert.Equal(0, await RemindersAsync(app));
    }

    [Fact]
    public async Task Doubled_ticks_and_ticks_of_a_deleted_alert_change_nothing()
    {
        await using var app = await StartAsync();
        using var user = await AlertScenario.NewAsync(app);
        var alert = await user.CreateAsync(above: 30, cooldownHours: 24);
        await user.ObserveAsync(31);
        var grain = app.Services.GetRequiredService<IGrainFactory>().GetGrain<IAlertGrain>(Guid.Parse(AlertScenario.Id(alert))).AsReference<IRemindable>();

        await grain.ReceiveReminder(AlertGrain.Wake, default, TestContext.Current.CancellationToken);
        await grain.ReceiveReminder(AlertGrain.Wake, default, TestContext.Current.CancellationToken);
        Assert.Single(await user.DeliveriesAsync(alert));

        app.Clock.Advance(TimeSpan.FromHours(24));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => grain.ReceiveReminder(AlertGrain.Wake, default, TestContext.Current.CancellationToken)));
        using var http = await app.SignInAgainAsync(user.Http);
        Assert.Equal(2, (await http.GetAsync($"/v1/alerts/{AlertScenario.Id(alert)}/deliveries", HttpStatusCode.OK))["total"].GetInt32());

        await http.SendJsonAsync(HttpMethod.Delete, $"/v1/alerts/{AlertScenario.Id(alert)}", null, HttpStatusCode.NoContent);
        app.Clock.Advance(TimeSpan.FromHours(24));
        await grain.ReceiveReminder(AlertGrain.Wake, default, TestContext.Current.CancellationToken);
        Assert.Equal(2, await app.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries"));
    }

    private static Task<long> RemindersAsync(DawsApp app) =>
        app.ScalarAsync<long>("SELECT count(*) FROM OrleansRemindersTable WHERE ReminderName = @name", new { name = AlertGrain.Wake });
}

public sealed class AlertReminderOnSqliteTests() : AlertReminderTests(Dialect.Sqlite);

public sealed class AlertReminderOnPostgresTests() : AlertReminderTests(Dialect.Postgres);
