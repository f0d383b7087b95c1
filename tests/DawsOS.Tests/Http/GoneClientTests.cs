using System.Net.Sockets;
using System.Text;
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
        var token = $"Authorization: {admin.DefaultRequestHeaders.Authorization}\r\n";
        foreach (var (path, type, head) in new[]
        {
            ("/auth/login", "application/json", ""), ("/login", "application/x-www-form-urlencoded", ""), ("/auth/refresh", "application/json", ""),
            ("/v1/execute", "application/json", token), ("/v1/series/import", "text/csv", token),
        })
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => GoAsync(host.Address, $"POST {path} HTTP/1.1\r\nContent-Type: {type}\r\n{head}")));
            // The program's own sign-in is counted too, as 200.
            await HostProcess.PollAsync($"{Clients} requests of {path} to end", async () => (await EndedAsync(host, path)).Sum(end => end.Code == "200" ? 0 : end.Count) == Clients);
            Assert.Contains(("499", Clients), await EndedAsync(host, path));
        }

        host.Signal("TERM");
        await host.ExitAsync();

        Assert.DoesNotMatch("(warn|fail|crit): ", host.Output);
    }

    private static async Task GoAsync(Uri address, string head)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
        await socket.ConnectAsync(address.Host, address.Port, Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{head}Host: {address.Authority}\r\nContent-Length: 6000\r\nExpect: 100-continue\r\n\r\n"), Token);
        // Said when the body is being read.
        var buffer = new byte[64];
        Assert.StartsWith("HTTP/1.1 100 ", Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Token)), StringComparison.Ordinal);
        await socket.SendAsync("D"u8.ToArray(), Token);
    }

    private static async Task<List<(string Code, int Count)>> EndedAsync(HostProcess host, string path) =>
    [
        .. Ended().Matches(await host.Http.GetStringAsync("/metrics", Token)).Where(line => line.Groups[1].Value.TrimEnd('/') == path)
            .Select(line => (line.Groups[2].Value, int.Parse(line.Groups[3].Value, null))),
    ];

    [GeneratedRegex("""dawsos_http_request_duration_seconds_count\{route="([^"]+)",method="POST",code="(\d+)"\} (\d+)""")]
    private static partial Regex Ended();
}
