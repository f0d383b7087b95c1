using System.Text.RegularExpressions;

using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>Clients that reset their connection in the middle of what they send: no fault of the program's, so nothing that its log tells.</summary>
public sealed partial class GoneClientTests
{
    // As many as may wait to import.
    private const int Clients = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_goes_in_the_middle_of_a_body_writes_nothing_into_the_log()
    {
        await using var host = await HostProcess.StartAsync(await HostProcess.NewEnvironmentAsync());
        using var admin = await host.SignInAsync();
        var token = admin.DefaultRequestHeaders.Authorization;
        foreach (var (path, type, authorization) in new[]
        {
            ("/auth/login", "application/json", null), ("/login", "application/x-www-form-urlencoded", null), ("/auth/refresh", "application/json", null),
            ("/v1/execute", "application/json", token), ("/v1/series/import", "text/csv", token),
        })
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => GoAsync(host.Address, path, type, authorization)));
            // The program's own sign-in is counted too, as 200.
            await HostProcess.PollAsync($"{Clients} requests of {path} to end", async () => (await EndedAsync(host, path)).Sum(end => end.Code == "200" ? 0 : end.Count) == Clients);
            Assert.Contains(("499", Clients), await EndedAsync(host, path));
        }

        host.Signal("TERM");
        await host.ExitAsync();

        Assert.DoesNotMatch("(warn|fail|crit): ", host.Output);
    }

    private static async Task GoAsync(Uri address, string path, string type, object? authorization)
    {
        using var client = await HalfClient.OpenAsync(address, path, 6_000, type, authorization);
        await client.SendAsync("D");
    }

    private static async Task<List<(string Code, int Count)>> EndedAsync(HostProcess host, string path) =>
    [
        .. Ended().Matches(await host.Http.GetStringAsync("/metrics", Token)).Where(line => line.Groups[1].Value.TrimEnd('/') == path)
            .Select(line => (line.Groups[2].Value, int.Parse(line.Groups[3].Value, null))),
    ];

    [GeneratedRegex("""dawsos_http_request_duration_seconds_count\{route="([^"]+)",method="POST",code="(\d+)"\} (\d+)""")]
    private static partial Regex Ended();
}
