using System.Net;
using System.Net.Http.Json;

using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary>Keyed runs of a process that is stopped or killed while they are on their way.</summary>
public sealed class RunRestartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task A_run_under_way_is_found_failed_after_a_restart_and_its_key_runs_it_again(string signal)
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        var patterns = Directory.CreateDirectory($"{environment["DAWSOS_DATA"]}-patterns").FullName;
        // The first attempt sleeps for longer than the test; the second is told apart by the file that has been put in its place.
        await DefineAsync(patterns, 25_000);
        (environment["CONFORMANCE_AGENT"], environment["PATTERNS_PATH"]) = ("true", patterns);
        string runId;
        await using (var first = await HostProcess.StartAsync(environment))
        {
            using var http = await first.SignInAsync();
            await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
            runId = (await SendAsync(http, HttpStatusCode.Accepted, "?mode=async"))["run_id"].GetString()!;
            first.Signal(signal);
            Assert.Equal(signal == "TERM" ? 0 : 137, await first.ExitAsync());
            // Disposing a host deletes its directory; the next one goes on with what is in it.
            Directory.Move(environment["DAWSOS_DATA"], $"{environment["DAWSOS_DATA"]}-kept");
        }

        await DefineAsync(patterns, 0);
        Directory.Move($"{environment["DAWSOS_DATA"]}-kept", environment["DAWSOS_DATA"]);
        await using var second = await HostProcess.StartAsync(environment);
        using var again = await second.SignInAsync();
        var lost = await again.GetAsync($"/v1/runs/{runId}", HttpStatusCode.OK);
        Assert.Equal(("failed", "silo_lost"), (lost["status"].GetString(), lost["problem"].GetProperty("error").GetString()));
        // Who had seen the first step begin is told of the end, and nothing twice.
        using var events = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{runId}/events") { Headers = { { "Last-Event-ID", "1-1" } } };
        using var stream = await again.SendAsync(events, Token);
        var told = await stream.Content.ReadAsStringAsync(Token);
        Assert.Contains("id: 1-end", told, StringComparison.Ordinal);
        Assert.DoesNotContain("id: 1-1\n", told, StringComparison.Ordinal);

        var answer = await SendAsync(again, HttpStatusCode.OK);

        Assert.Equal(runId, answer["metadata"].GetProperty("run_id").GetString());
        Assert.Equal("x", answer["result"].GetProperty("data").GetProperty("v").GetString());
        Assert.Equal(answer.Text, (await SendAsync(again, HttpStatusCode.OK)).Text);
        Directory.Delete(patterns, recursive: true);
    }

    private static Task<Answer> SendAsync(HttpClient http, HttpStatusCode expected, string query = "") => JsonHttp.SendAsync(
        http, HttpMethod.Post, $"/v1/execute{query}", JsonContent.Create(new { pattern_id = "nap", inputs = new { v = "x" } }), expected, key: "key");

    private static Task DefineAsync(string directory, int milliseconds) => File.WriteAllTextAsync(Path.Combine(directory, "nap.json"), $$$"""
        {"id":"nap","name":"Nap","inputs":{"v":{"type":"string"}},"steps":[
          {"capability":"t.sleep","args":{"ms":{{{milliseconds}}},"v":"{{inputs.v}}"},"as":"one"},
          {"capability":"t.echo","args":{"v":"{{one}}"},"as":"v"}],"outputs":["v"]}
        """, Token);
}
