using System.Net;

using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>A mail server that fails in one way for all of a small load, and is mended.</summary>
public sealed class SmtpFaultLoadTests
{
    private const int Deliveries = 50;

    /// <param name="fault">What the sink does.</param>
    /// <param name="outcome">Of the first attempts.</param>
    /// <param name="status">Of the deliveries after them.</param>
    /// <param name="end">Once the sink is mended.</param>
    /// <param name="received">With repeats of what had arrived.</param>
    [Theory]
    [InlineData("refuse", "failed", "retrying", "delivered", Deliveries)]
    [InlineData("hang", "failed", "retrying", "delivered", Deliveries)]
    [InlineData("451 later", "failed", "retrying", "delivered", Deliveries)]
    [InlineData("550 no such user", "failed", "dead", "dead", 0)]
    [InlineData("drop after data", "uncertain", "retrying", "delivered", 2 * Deliveries)]
    public async Task Everything_ends_as_it_should(string fault, string outcome, string status, string end, int received)
    {
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres);
        for (var i = 0; i < Deliveries; i++)
        {
            await mail.CreateAsync();
        }
        mail.Sink.Fault = stage => fault switch
        {
            "hang" when stage == SinkStage.Greeting => SinkFault.Hang,
            "drop after data" when stage == SinkStage.Content => SinkFault.Drop,
            _ when char.IsAsciiDigit(fault[0]) && stage == SinkStage.Recipient => new SinkFault(fault),
            _ => null,
        };
        if (fault == "refuse")
        {
            await mail.Sink.StopAsync();
        }

        Assert.Equal(Deliveries, (await mail.ObserveAsync(31))["alerts_fired"].GetInt32());
        await HostProcess.PollAsync($"{Deliveries} attempts to end", async () =>
        {
            // Time goes on only when every claimed send hangs.
            var leased = await mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE lease_until IS NOT NULL");
            if (fault == "hang" && leased > 0 && mail.App.Clock.Running(new SendOptions().Timeout) == leased)
            {
                mail.App.Clock.Advance(new SendOptions().Timeout);
            }
            return await AttemptsAsync(mail, outcome) == Deliveries;
        });
        Assert.Equal(Deliveries, await StatusAsync(mail, status));
        Assert.Equal(Deliveries, await mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_dlq WHERE status = @status", new { status = status == "dead" ? "dead" : "pending" }));
        await mail.BalanceAsync();

        mail.Sink.Fault = _ => null;
        if (fault == "refuse")
        {
            mail.Sink.Start();
        }
        await mail.AdvanceAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(Deliveries, await StatusAsync(mail, end));
        Assert.Equal(received, mail.Sink.Received.Count);
        Assert.Equal(Deliveries, await AttemptsAsync(mail, outcome));
        Assert.Equal(end == "delivered" ? Deliveries : 0, await AttemptsAsync(mail, "delivered"));
        Assert.Equal(end == "delivered" ? 0 : Deliveries, (await mail.Admin.GetAsync("/v1/alerts/dlq?status=dead", HttpStatusCode.OK))["total"].GetInt32());
        await mail.BalanceAsync();
    }

    private static Task<long> AttemptsAsync(MailScenario mail, string outcome) =>
        mail.App.ScalarAsync<long>("SELECT count(*) FROM delivery_attempts WHERE outcome = @outcome", new { outcome });

    private static Task<long> StatusAsync(MailScenario mail, string status) =>
        mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND status = @status", new { status });
}
