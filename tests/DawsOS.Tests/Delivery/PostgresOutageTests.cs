using System.Net;

using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>Postgres really stopped, as by a power cut, during ingests and sends, and started again.</summary>
public sealed class PostgresOutageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task C25_What_was_sent_while_the_database_was_away_for_two_minutes_is_recorded_and_not_repeated()
    {
        await using var cluster = await PostgresCluster.NewAsync();
        await using var mail = await MailScenario.StartAsync(Dialect.Postgres, databaseUrl: await cluster.CreateDatabaseAsync());
        for (var i = 0; i < 4; i++)
        {
            await mail.CreateAsync();
        }
        var later = await mail.CreateAsync(above: 40);
        var (first, others) = (Signal(), Signal());
        var held = 0;
        mail.Sink.Fault = stage => stage == SinkStage.Content ? SinkFault.Hold(Interlocked.Increment(ref held) == 1 ? first.Task : others.Task) : null;
        await mail.ObserveAsync(31);
        await HostProcess.PollAsync("four sends to be held", () => Task.FromResult(held == 4));

        await cluster.StopAsync();
        object[] body = [new { date = "2025-06-01", value = 41 }];
        var away = await mail.User.IngestAsync(body, HttpStatusCode.ServiceUnavailable, ingestId: "during");
        var pauses = mail.App.Clock.Waits(TimeSpan.FromSeconds(1));
        first.SetResult();
        // The first outcome waits to be recorded when the others come.
        await mail.App.Clock.WaitsAsync(TimeSpan.FromSeconds(1), pauses + 1);
        others.SetResult();
        await HostProcess.PollAsync("all sends to end", () => Task.FromResult(mail.App.Clock.Running(new SendOptions().Timeout) == 0));
        mail.Sink.Fault = _ => null;
        mail.App.Clock.Advance(TimeSpan.FromMinutes(2));
        await cluster.StartAsync();
        await HostProcess.PollAsync("the outcomes to be recorded", async () =>
        {
            mail.App.Clock.Advance(TimeSpan.FromSeconds(1));
            return await LeasesAsync(mail) == 0;
        });
        var repeated = await mail.User.IngestAsync(body, ingestId: "during");
        await mail.App.SendAsync();

        Assert.Equal("database_unavailable", away.Error);
        Assert.Equal(1, repeated["alerts_fired"].GetInt32());
        Assert.Equal(0, await mail.App.ScalarAsync<long>("SELECT count(*) FROM delivery_attempts WHERE outcome <> 'delivered'"));
        Assert.Equal(["delivered"], MailScenario.Outcomes(await mail.EmailAsync(later)));
        Assert.Equal(5, mail.Sink.Received.Count);
        await mail.BalanceAsync();
    }

    [Fact]
    public async Task Stopped_under_load_every_ingest_is_refused_or_answered_and_everything_arrives()
    {
        const int Alerts = 60;
        await using var cluster = await PostgresCluster.NewAsync();
        await using var program = await MailProcess.StartAsync(Dialect.Postgres, await cluster.CreateDatabaseAsync());
        await program.CreateAsync("OUTAGE", Alerts);
        program.Sink.Fault = stage => stage == SinkStage.Content ? SinkFault.Hold(Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token)) : null;
        var next = 0;
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var n and <= Alerts)
            {
                await program.ObserveAsync("OUTAGE", n);
            }
        }));
        await HostProcess.PollAsync("mail to be under way", () => Task.FromResult(program.Sink.Received.Count > 2));

        await cluster.StopAsync();
        await HostProcess.PollAsync("ingests to be refused", () => Task.FromResult(program.Refusals > 4 || load.IsCompleted));
        await Task.Delay(TimeSpan.FromSeconds(LongRun.Trials is null ? 2 : 60), TimeProvider.System, Token);
        await cluster.StartAsync();
        await load;
        await program.DeliveredAsync(Alerts);

        Assert.Equal(Alerts, await program.CountAsync("SELECT count(*) FROM firings"));
        Assert.Equal(0, await program.AttemptsAsync("started"));
        await program.BalanceAsync();
    }

    // What rested in the pool was closed by the stop.
    private static async Task<long> LeasesAsync(MailScenario mail)
    {
        try
        {
            return await mail.App.ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE lease_until IS NOT NULL");
        }
        catch (Npgsql.NpgsqlException)
        {
            return -1;
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
