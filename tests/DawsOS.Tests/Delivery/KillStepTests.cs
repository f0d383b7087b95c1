using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>A real process, killed with SIGKILL while there is one delivery at every step between ingest and outcome.</summary>
public abstract class KillStepTests(object dialect)
{
    private static readonly SinkStage[] Steps = [SinkStage.Greeting, SinkStage.Recipient, SinkStage.Data, SinkStage.Content];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task C22_Killed_at_every_step_nothing_is_lost_and_only_uncertain_attempts_are_repeated()
    {
        await using var program = await MailProcess.StartAsync((Dialect)dialect, connections: Steps.Length + 1);
        foreach (var series in Steps.Select(step => $"{step}").Concat(["ANSWERED", "BEFORE", "DURING"]))
        {
            await program.CreateAsync(series);
        }
        var (goOn, answer) = (NewSource(), NewSource());
        foreach (var step in Steps)
        {
            await HoldAsync($"{step}", step, goOn);
        }
        await HoldAsync("ANSWERED", SinkStage.Content, answer);
        // Every send slot is taken, so nobody can have claimed this one.
        Assert.Equal(1, await program.ObserveAsync("BEFORE", 1));
        Assert.Equal(1, await program.CountAsync("SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND attempts = 0 AND next_attempt_at IS NOT NULL"));
        await using (var blocker = await program.BlockAsync())
        {
            var cut = program.TryObserveAsync("DURING", 1);
            await program.BlockedAsync("ingests");
            answer.SetResult();
            await program.Sink.ReceivedAsync(1, Token);
            // The mail server took it, and what it said is not recorded.
            await program.BlockedAsync("delivery_attempts");
            await program.KillAsync();
            Assert.Null(await cut);
        }

        goOn.SetResult();
        program.Sink.Fault = _ => null;
        await program.StartAsync();
        Assert.Equal(1, await program.ObserveAsync("DURING", 1));
        await program.DeliveredAsync(Steps.Length + 3);

        // Of the first attempts: on a busy machine a later one may be claimed too long to begin, which is left to its lease too.
        Assert.Equal(Steps.Length + 1, await program.CountAsync("SELECT count(*) FROM delivery_attempts WHERE number = 1 AND outcome = 'uncertain'"));
        Assert.Equal(Steps.Length + 3, await program.AttemptsAsync("delivered"));
        Assert.Equal(0, await program.CountAsync("SELECT count(*) FROM delivery_attempts WHERE outcome NOT IN ('uncertain', 'delivered')"));
        // Only of those that the sink had in full there are two, under one id each.
        Assert.Equal(Steps.Length + 5, program.Sink.Received.Count);
        Assert.Equal(Steps.Length + 3, program.Sink.Received.Select(mail => mail.MessageId).Distinct().Count());
        await program.BalanceAsync();

        async Task HoldAsync(string series, SinkStage at, TaskCompletionSource until)
        {
            var held = NewSource();
            program.Sink.Fault = stage => stage == at && held.TrySetResult() ? SinkFault.Hold(until.Task) : null;
            Assert.Equal(1, await program.ObserveAsync(series, 1));
            await held.Task.WaitAsync(Token);
        }

        static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [Fact]
    public async Task Asked_to_end_it_lets_its_sends_end_and_records_them()
    {
        await using var program = await MailProcess.StartAsync((Dialect)dialect);
        await program.CreateAsync("ENDING", 3);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new CountdownEvent(3);
        program.Sink.Fault = stage => stage == SinkStage.Content && !goOn.Task.IsCompleted && held.Signal() | true ? SinkFault.Hold(goOn.Task) : null;
        await program.ObserveAsync("ENDING", 3);
        await HostProcess.PollAsync("three sends to be held", () => Task.FromResult(held.IsSet));

        var stopped = program.StopAsync();
        await HostProcess.PollAsync("the front door to close", async () => await program.TryObserveAsync("ENDING", 4) is null);
        goOn.SetResult();
        await stopped;

        Assert.Equal((3, 3), (await program.AttemptsAsync("delivered"), await program.CountAsync("SELECT count(*) FROM delivery_attempts")));
        Assert.Equal(3, program.Sink.Received.Count);
        await program.BalanceAsync();
    }
}

public sealed class KillStepOnSqliteTests() : KillStepTests(Dialect.Sqlite);

public sealed class KillStepOnPostgresTests() : KillStepTests(Dialect.Postgres);
