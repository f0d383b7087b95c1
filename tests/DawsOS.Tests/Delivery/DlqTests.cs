using System.Net;

using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>What an operator sees and does in the dead-letter queue while its entries still wait for a retry. Every test ends with the equation.</summary>
public abstract class DlqTests(object dialect)
{
    [Fact]
    public async Task A_redrive_of_what_waits_for_its_retry_is_that_retry_and_the_schedule_goes_on()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        var alert = await mail.CreateAsync();
        mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        await mail.ObserveAsync(31);
        await mail.App.SendAsync();

        await mail.RedriveAsync(Assert.Single(await mail.DlqAsync()));

        var entry = Assert.Single(await mail.DlqAsync());
        Assert.Equal(("pending", 1), (entry.GetProperty("status").GetString(), entry.GetProperty("retry_count").GetInt32()));
        Assert.Equal(mail.App.Clock.GetUtcNow().AddMinutes(30), entry.GetProperty("next_attempt_at").GetDateTimeOffset());
        var email = await mail.EmailAsync(alert);
        Assert.Equal("retrying", email.GetProperty("status").GetString());
        Assert.Equal(["failed", "failed"], MailScenario.Outcomes(email));
        mail.Sink.Fault = _ => null;
        await mail.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(["failed", "failed", "delivered"], MailScenario.Outcomes(await mail.EmailAsync(alert)));
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task The_queue_is_asked_by_channel_and_class()
    {
        await using var mail = await MailScenario.StartAsync((Dialect)dialect);
        foreach (var (above, reply) in new[] { (30, "451 later"), (40, "550 no such user") })
        {
            await mail.CreateAsync(above: above);
            mail.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault(reply) : null;
            await mail.ObserveAsync(above + 1);
            await mail.App.SendAsync();
        }

        Assert.Equal("permanent retryable", await ClassesAsync("?channel=email"));
        Assert.Equal("", await ClassesAsync("?channel=inapp"));
        Assert.Equal("retryable", await ClassesAsync("?class=retryable"));
        Assert.Equal("permanent", await ClassesAsync("?channel=email&class=permanent"));
        Assert.Equal("", await ClassesAsync("?class=uncertain"));
        await mail.BalanceAsync();

        async Task<string> ClassesAsync(string query)
        {
            var page = await mail.Admin.GetAsync($"/v1/alerts/dlq{query}", HttpStatusCode.OK);
            var classes = page["items"].EnumerateArray().Select(entry => entry.GetProperty("class").GetString()).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(page["total"].GetInt32(), classes.Count);
            return string.Join(' ', classes);
        }
    }
}

public sealed class DlqOnSqliteTests() : DlqTests(Dialect.Sqlite);

public sealed class DlqOnPostgresTests() : DlqTests(Dialect.Postgres);
