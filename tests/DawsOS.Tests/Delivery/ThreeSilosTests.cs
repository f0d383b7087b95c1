using System.Globalization;
using System.Net;

using DawsOS.Alerts;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>Three processes on one database with a thousand retries due, one of them killed with SIGKILL while it sends.</summary>
public sealed class ThreeSilosTests
{
    private const int Retries = 1000;
    private const int KillAt = 200;

    [Fact]
    public async Task One_of_three_silos_is_killed_and_the_others_send_the_rest()
    {
        await using var program = await MailProcess.StartAsync(Dialect.Postgres, connections: 8);
        var (victim, other) = (await program.JoinAsync(), await program.JoinAsync());
        await program.CreateAsync("MANY", Retries);
        program.Sink.Fault = stage => stage == SinkStage.Recipient ? new SinkFault("451 later") : null;
        Assert.Equal(Retries, await program.ObserveAsync("MANY", Retries));
        await HostProcess.PollAsync("all first attempts to fail", async () => await program.AttemptsAsync("failed") == Retries);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        program.Sink.Fault = stage =>
        {
            if (stage == SinkStage.Content && program.Sink.Received.Count >= KillAt)
            {
                enough.TrySetResult();
            }
            return null;
        };

        var entries = (await program.Http.GetAsync("/v1/alerts/dlq?status=pending&limit=3", HttpStatusCode.OK))["items"].EnumerateArray().ToList();
        var redriven = string.Join(", ", entries.Select(entry => $"'{entry.GetProperty("delivery_id").GetGuid()}'"));
        await program.WriteAsync($"UPDATE alert_deliveries SET next_attempt_at = now() WHERE status = 'retrying' AND id NOT IN ({redriven})");
        // Each silo looks every few seconds; one that looked before the others would have sent most of them by then. A redrive makes it look at once.
        await Task.WhenAll(new[] { program.Host, victim, other }.Zip(entries.Select(AlertScenario.Id), RedriveAsync));
        await enough.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
        await HostProcess.PollAsync("the silo that is to be killed to have sent", async () => await SentAsync(victim) > 0);
        await victim.KillAsync();
        Assert.True(program.Sink.Received.Count < Retries, "Everything was sent before the kill.");
        await program.DeliveredAsync(Retries);

        Assert.True(await SentAsync(program.Host) > 0 && await SentAsync(other) > 0, "Only one silo sent.");
        Assert.Equal(Retries, program.Sink.Received.Select(mail => mail.MessageId).Distinct().Count());
        Assert.Equal(0, await program.AttemptsAsync("started"));
        await program.BalanceAsync();
    }

    private static async Task RedriveAsync(HostProcess silo, string entry)
    {
        using var http = await silo.SignInAsync();
        using var response = await http.PostAsync($"/v1/alerts/dlq/{entry}/redrive", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<double> SentAsync(HostProcess silo)
    {
        const string Sent = "dawsos_alert_retries_total{status=\"delivered\"} ";
        var metrics = await silo.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return metrics.Split('\n').SingleOrDefault(line => line.StartsWith(Sent, StringComparison.Ordinal)) is { } line
            ? double.Parse(line[Sent.Length..], CultureInfo.InvariantCulture)
            : 0;
    }
}
