using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using DawsOS.Agents;
using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Configuration;

namespace DawsOS.Patterns;

/// <summary>Runs on two silos: cancelled across them, and found again when one is killed.</summary>
public sealed class RunClusterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("disconnect")]
    [InlineData("delete")]
    [InlineData("delete async")]
    public async Task A_cancel_reaches_the_token_of_a_capability_on_another_silo(string how)
    {
        var (holdOne, holdTwo) = (new HoldCapability(), new HoldCapability());
        await using var one = await StartAsync(null, holdOne);
        await using var two = await StartAsync(one.DatabaseUrl, holdTwo);
        var (agentsHold, runs, other) = await IsOnAsync(one) ? (holdOne, two, one) : (holdTwo, one, two);
        using var http = await runs.SignInAsync();
        using var elsewhere = await other.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var path = how == "delete async" ? "/v1/execute?mode=async" : "/v1/execute";
        var running = http.PostAsJsonAsync(path, new { pattern_id = "hold" }, patience.Token);
        var runId = await agentsHold.Began.WaitAsync(Token);

        if (how == "disconnect")
        {
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }
        else
        {
            var cancelled = await elsewhere.SendJsonAsync(HttpMethod.Delete, $"/v1/runs/{runId}", null, HttpStatusCode.OK);
            Assert.Equal("cancelled", cancelled["status"].GetString());
            using var answer = await running;
            Assert.Equal(how == "delete" ? HttpStatusCode.Conflict : HttpStatusCode.Accepted, answer.StatusCode);
        }
        await agentsHold.Cancelled.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Token);
    }

    [Fact]
    public async Task A_keyed_run_whose_silo_was_killed_is_found_failed_and_the_same_key_runs_it_again()
    {
        // Neither the run's own time nor a wait of the program's.
        const int NapMs = 17_321;
        var nap = TimeSpan.FromMilliseconds(NapMs);
        var patterns = Directory.CreateTempSubdirectory("daws-patterns-").FullName;
        await File.WriteAllTextAsync(Path.Combine(patterns, "nap.json"), $$$"""
            {"id":"nap","name":"Nap","inputs":{"v":{"type":"string"}},
             "steps":[{"capability":"t.sleep","args":{"ms":{{{NapMs}}},"v":"{{inputs.v}}"},"as":"v"}],"outputs":["v"]}
            """, Token);
        var environment = await HostProcess.NewEnvironmentAsync(Dialect.Postgres);
        (environment["CONFORMANCE_AGENT"], environment["PATTERNS_PATH"]) = ("true", patterns);
        await using var survivor = await DawsApp.StartAsync(
            settings: new Dictionary<string, string>
            {
                ["DATABASE_URL"] = environment["DATABASE_URL"],
                ["AUTH_JWT_SECRET"] = HostProcess.JwtSecret,
                ["CONFORMANCE_AGENT"] = "true",
                ["PATTERNS_PATH"] = patterns,
            },
            replace: builder => builder.Services.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
            }));
        await using var victim = await HostProcess.StartAsync(environment);
        using var http = await survivor.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        var victimsSilo = await survivor.ScalarAsync<int>("SELECT Port FROM OrleansMembershipTable WHERE Port = @port", new { port = int.Parse(environment["ORLEANS_SILO_PORT"], System.Globalization.CultureInfo.InvariantCulture) });

        // Runs live on either silo; the first that the victim got will do.
        var (key, runId) = ("", "");
        for (var i = 0; runId.Length == 0; i++)
        {
            key = $"key-{i}";
            var started = (await SendAsync(http, key, HttpStatusCode.Accepted, "?mode=async"))["run_id"].GetString()!;
            var silo = await survivor.ScalarAsync<string>("SELECT silo FROM runs WHERE id = @id", new { id = Guid.Parse(started) });
            runId = silo!.Contains($":{victimsSilo}@", StringComparison.Ordinal) ? started : "";
        }
        await victim.KillAsync();

        var found = "";
        await HostProcess.PollAsync("the run to be found lost", async () =>
        {
            var asking = http.GetAsync($"/v1/runs/{runId}", Token);
            while (!asking.IsCompleted)
            {
                // While the silo is not known to be dead Orleans looks for a place again and again, and waits in between on this clock.
                survivor.Clock.Advance(TimeSpan.FromMilliseconds(100));
                await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token));
            }
            using var response = await asking;
            found = await response.Content.ReadAsStringAsync(Token);
            return response.IsSuccessStatusCode && !found.Contains("\"status\":\"running\"", StringComparison.Ordinal);
        });
        var run = JsonDocument.Parse(found).RootElement;
        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Equal("silo_lost", run.GetProperty("problem").GetProperty("error").GetString());

        // The lost run's nap may go on in an agent on this silo, for nobody cancels it, and Orleans may be replacing that agent because the dead silo
        // kept its place in the directory: what it is asked next then waits until the nap is over.
        survivor.Clock.Advance(nap);
        var before = survivor.Clock.Waits(nap);
        var again = SendAsync(http, key, HttpStatusCode.OK);
        await survivor.Clock.WaitsAsync(nap, before + 1);
        survivor.Clock.Advance(nap);

        Assert.Equal(runId, (await again)["metadata"].GetProperty("run_id").GetString());
        Assert.Equal(key, (await again)["result"].GetProperty("data").GetProperty("v").GetString());
        Assert.Equal(2, await survivor.ScalarAsync<int>("SELECT attempt FROM runs WHERE id = @id", new { id = Guid.Parse(runId) }));
        Directory.Delete(patterns, recursive: true);
    }

    private static Task<Answer> SendAsync(HttpClient http, string key, HttpStatusCode expected, string query = "") => JsonHttp.SendAsync(
        http, HttpMethod.Post, $"/v1/execute{query}", JsonContent.Create(new { pattern_id = "nap", inputs = new { v = key } }), expected, key: key);

    private static Task<DawsApp> StartAsync(string? databaseUrl, HoldCapability hold) => DawsApp.StartAsync(
        Dialect.Postgres, databaseUrl is null ? null : new Dictionary<string, string> { ["DATABASE_URL"] = databaseUrl },
        builder =>
        {
            builder.Services.AddSingleton<Capability>(hold);
            builder.Services.AddSingleton(new PatternFile("hold.json", Encoding.UTF8.GetBytes(
                """{"id":"hold","name":"Hold","steps":[{"capability":"x.hold","as":"v"}],"outputs":["v"]}""")));
        });

    private static async Task<bool> IsOnAsync(DawsApp app)
    {
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var management = grains.GetGrain<IManagementGrain>(0);
        await HostProcess.PollAsync("the silos to see each other", async () => (await management.GetHosts(onlyActive: true, Token)).Count == 2);
        var agent = grains.GetGrain<IAgentGrain>("hold");
        await agent.DescribeAsync(Token);
        var address = await management.GetActivationAddress(agent, Token);
        return address!.Equals(app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
    }
}
