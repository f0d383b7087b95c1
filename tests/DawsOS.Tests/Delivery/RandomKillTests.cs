using System.Globalization;

using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

/// <summary>A real process under load, killed with SIGKILL at seeded random moments; its clients repeat what was not answered.</summary>
public sealed class RandomKillTests
{
    private const int AlertsPerTrial = 24;
    private const int Clients = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_random_moments_it_loses_nothing_and_repeats_only_what_is_uncertain()
    {
        var trials = LongRun.Trials ?? 2;
        await using var program = await MailProcess.StartAsync(Dialect.Postgres);
        var mailTakes = new Random(1);
        program.Sink.Fault = _ => SinkFault.Hold(Task.Delay(TimeSpan.FromMilliseconds(Next(mailTakes, 20)), TimeProvider.System, Token));
        for (var trial = 1; trial <= trials; trial++)
        {
            var random = new Random(trial);
            var series = string.Create(CultureInfo.InvariantCulture, $"RANDOM{trial}");
            await program.CreateAsync(series, AlertsPerTrial);
            var answered = 0;
            var killAt = random.Next(1, AlertsPerTrial);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
            {
                for (var n = 1 + client; n <= AlertsPerTrial; n += Clients)
                {
                    await program.ObserveAsync(series, n);
                    if (Interlocked.Increment(ref answered) == killAt)
                    {
                        reached.TrySetResult();
                    }
                }
            }));
            await reached.Task.WaitAsync(Token);
            for (var spin = random.Next(0, 30_000); spin > 0; spin--)
            {
                await Task.Yield();
            }
            await program.KillAsync();
            await program.StartAsync();
            await load;
        }

        await program.DeliveredAsync(trials * AlertsPerTrial);
        Assert.Equal(trials * AlertsPerTrial, await program.CountAsync("SELECT count(*) FROM firings"));
        Assert.Equal(trials * AlertsPerTrial, await program.CountAsync("SELECT count(*) FROM notifications"));
        Assert.Equal(0, await program.AttemptsAsync("started"));
        await program.BalanceAsync();
    }

    // Asked by many connections at a time.
    private static int Next(Random random, int max)
    {
        lock (random)
        {
            return random.Next(max);
        }
    }
}
