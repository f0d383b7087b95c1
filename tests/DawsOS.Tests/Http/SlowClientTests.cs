using System.Net;
using System.Net.Sockets;
using System.Text;

using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>Clients that keep their connections open and the program waiting, by the hundred, while others want to be served.</summary>
public sealed class SlowClientTests
{
    private const int Pipelined = 400;

    // From addresses of their own, so that it is not the bound of one address that saves the others.
    private static readonly IPAddress[] Slow = [.. Enumerable.Range(100, 4).Select(i => IPAddress.Parse($"127.0.0.{i}"))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Half_requests_slow_bodies_and_readers_that_do_not_read_hold_up_nobody_and_senders_are_let_go()
    {
        await using var host = await HostProcess.StartAsync(await HostProcess.NewEnvironmentAsync());
        using var admin = await host.SignInAsync();
        var head = $"Host: {host.Address.Authority}\r\nAuthorization: {admin.DefaultRequestHeaders.Authorization}\r\n";
        var halves = await OpenAsync(host, Slow[0], 300, $"GET /v1/alerts HTTP/1.1\r\n{head}X-Never: ");
        var bodies = await OpenAsync(host, Slow[1], 60, $"POST /v1/alerts HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{");
        var logins = await OpenAsync(host, Slow[2], 200, $"POST /auth/login HTTP/1.1\r\nHost: {host.Address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{");
        var readers = await OpenAsync(host, Slow[3], 30, string.Concat(Enumerable.Repeat($"GET /openapi/v1.json HTTP/1.1\r\n{head}\r\n", Pipelined)));

        for (var i = 0; i < 20; i++)
        {
            await admin.GetAsync("/v1/alerts", HttpStatusCode.OK);
            using var health = await host.Http.GetAsync("/health/ready", Token);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
        using var login = await host.SignInAsync();

        // Each is closed by the program: no read waits for ever.
        Assert.All(await Task.WhenAll(halves.Concat(bodies).Concat(logins).Select(ReadAsync)), read => Assert.InRange(read, 0, 2_000));
        // What was asked for and is not read is let go when it is due at 4 KiB/s, which takes longer than this test; here it must not be in the way.
        await admin.GetAsync("/v1/alerts", HttpStatusCode.OK);
        Assert.DoesNotContain("fail:", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", host.Output, StringComparison.Ordinal);
        foreach (var client in (Socket[])[.. halves, .. bodies, .. logins, .. readers])
        {
            client.Dispose();
        }
    }

    private static async Task<List<Socket>> OpenAsync(HostProcess host, IPAddress from, int count, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        List<Socket> open = [];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
            open.Add(socket);
            socket.Bind(new IPEndPoint(from.MapToIPv6(), 0));
            await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Token);
            await socket.SendAsync(bytes, Token);
        }
        return open;
    }

    /// <summary>Bytes until the other side has closed.</summary>
    private static async Task<long> ReadAsync(Socket socket)
    {
        var buffer = new byte[64 << 10];
        var total = 0L;
        try
        {
            while (await socket.ReceiveAsync(buffer, Token) is var read and > 0)
            {
                total += read;
            }
        }
        catch (SocketException)
        {
            // Reset, which is an end too.
        }
        return total;
    }
}
