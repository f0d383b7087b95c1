using System.Net;
using System.Text.Json;

using DawsOS.Alerts;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.AspNetCore.Builder;

namespace DawsOS.Delivery;

/// <summary>A running program with a mail server of its own, a user and an operator.</summary>
internal sealed class MailScenario : IAsyncDisposable
{
    public required DawsApp App { get; init; }

    public required MailSink Sink { get; init; }

    public required AlertScenario User { get; init; }

    public required HttpClient Admin { get; set; }

    /// <param name="dialect">Of a new database.</param>
    /// <param name="configured">Whether it knows the mail server.</param>
    /// <param name="connections">Mails at a time.</param>
    /// <param name="databaseUrl">A Postgres database in the new one's place.</param>
    /// <param name="replace">Replaces services.</param>
    public static async Task<MailScenario> StartAsync(
        Dialect dialect, bool configured = true, int connections = 8, string? databaseUrl = null, Action<WebApplicationBuilder>? replace = null)
    {
        var sink = new MailSink();
        var settings = configured ? Settings(sink) : [];
        settings["ALERT_RETRY_JITTER"] = "false";
        settings["SMTP_CONNECTIONS"] = $"{connections}";
        if (databaseUrl is not null)
        {
            settings["DATABASE_URL"] = databaseUrl;
        }
        var app = await DawsApp.StartAsync(dialect, settings, replace);
        return new MailScenario { App = app, Sink = sink, User = await AlertScenario.NewAsync(app), Admin = await app.SignInAsync() };
    }

    /// <summary>What makes a program send to the sink.</summary>
    public static Dictionary<string, string> Settings(MailSink sink) => new()
    {
        ["SMTP_HOST"] = "127.0.0.1",
        ["SMTP_PORT"] = $"{sink.Port}",
        ["SMTP_FROM"] = "alerts@dawsos.test",
        ["SMTP_SECURITY"] = "none",
    };

    public Task<JsonElement> CreateAsync(bool inapp = true, decimal above = 30, string mode = "level") => User.CreateAsync(new
    {
        name = "Watch",
        condition_json = new { type = "series", series_id = User.Series, op = ">", value = above },
        mode,
        channels = new { inapp, email = true },
        // Told once, however long a test goes on.
        cooldown_hours = 8760,
    });

    public Task<Answer> ObserveAsync(decimal value) => User.ObserveAsync(value);

    public async Task AdvanceAsync(TimeSpan time)
    {
        await User.AdvanceAsync(time);
        Admin = await App.SignInAgainAsync(Admin);
    }

    public Task AdvanceToAsync(DateTimeOffset instant) => AdvanceAsync(instant - App.Clock.GetUtcNow());

    /// <summary>The alert's delivery by email, the newest or the oldest.</summary>
    public async Task<JsonElement> EmailAsync(JsonElement alert, bool last = false)
    {
        var emails = (await User.DeliveriesAsync(alert)).Where(d => d.GetProperty("channel").GetString() == "email").ToList();
        return last ? emails[^1] : emails[0];
    }

    public static string[] Outcomes(JsonElement delivery) => [.. delivery.GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("outcome").GetString()!)];

    public async Task<JsonElement[]> DlqAsync() => [.. (await Admin.GetAsync("/v1/alerts/dlq", HttpStatusCode.OK))["items"].EnumerateArray()];

    public async Task RedriveAsync(JsonElement entry)
    {
        await Admin.SendJsonAsync(HttpMethod.Post, $"/v1/alerts/dlq/{AlertScenario.Id(entry)}/redrive", null, HttpStatusCode.OK);
        await App.SendAsync();
    }

    public Task BalanceAsync() => DeliveryEquation.HoldsAsync(App.ScalarAsync<long>, Sink);

    public async ValueTask DisposeAsync()
    {
        User.Dispose();
        Admin.Dispose();
        await App.DisposeAsync();
        await Sink.DisposeAsync();
    }
}

/// <summary>delivery.md §7: what the ledger says arrived is what arrived, and no more repeats came than there are attempts whose outcome is unknown.</summary>
internal static class DeliveryEquation
{
    /// <param name="scalarAsync">Asks the program's database.</param>
    /// <param name="sink">Who received.</param>
    public static async Task HoldsAsync(Func<string, object?, Task<long>> scalarAsync, MailSink sink)
    {
        var received = sink.Received.Select(m => Guid.ParseExact(m.MessageId!.Split('@')[0], "N")).ToList();
        var distinct = received.ToHashSet();
        var delivered = await scalarAsync("SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND status = 'delivered'", null);
        var uncertain = await scalarAsync("SELECT count(*) FROM delivery_attempts WHERE outcome = 'uncertain'", null);
        var arrivedUncertain = 0;
        foreach (var id in distinct)
        {
            var status = await scalarAsync("SELECT count(*) FROM alert_deliveries WHERE id = @id AND status = 'delivered'", new { id });
            if (status == 0)
            {
                Assert.Equal(1, Math.Min(1, await scalarAsync("SELECT count(*) FROM delivery_attempts WHERE delivery_id = @id AND outcome = 'uncertain'", new { id })));
                arrivedUncertain++;
            }
        }
        Assert.Equal(delivered + arrivedUncertain, distinct.Count);
        Assert.InRange(received.Count - distinct.Count, 0, uncertain);
        Assert.Equal(
            await scalarAsync("SELECT count(*) FROM alert_deliveries WHERE channel = 'inapp' AND status = 'delivered'", null),
            await scalarAsync("SELECT count(*) FROM notifications WHERE delivery_id IS NOT NULL", null));
    }
}
