using System.Net;
using System.Net.Sockets;
using System.Text;

using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>What one connection may send, and how many of them there may be.</summary>
public sealed class ConnectionLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /health?x=", 8_000, "200 OK")]
    [InlineData("GET /health?x=", 9_000, "414 URI Too Long")]
    [InlineData("GET /health HTTP/1.1\r\nX-Filler: ", 16_000, "200 OK")]
    [InlineData("GET /health HTTP/1.1\r\nX-Filler: ", 17_000, "431 Request Header Fields Too Large")]
    public async Task A_request_line_has_8_kib_and_headers_have_16(string start, int length, string answer)
    {
        await using var app = await DawsApp.StartAsync();
        using var client = await ConnectAsync(app, IPAddress.Loopback);
        var rest = start.Contains("HTTP/1.1", StringComparison.Ordinal) ? "" : " HTTP/1.1";

        await WriteAsync(client, $"{start}{new string('x', length)}{rest}\r\nHost: localhost\r\n\r\n");

        Assert.Equal($"HTTP/1.1 {answer}", await ReadLineAsync(client));
    }

    [Theory]
    [InlineData(63, "200 OK")]
    [InlineData(64, "431 Request Header Fields Too Large")]
    public async Task There_are_at_most_64_headers(int more, string answer)
    {
        await using var app = await DawsApp.StartAsync();
        using var client = await ConnectAsync(app, IPAddress.Loopback);

        await WriteAsync(client, $"GET /health HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, more).Select(i => $"X-{i}: 1\r\n"))}\r\n");

        Assert.Equal($"HTTP/1.1 {answer}", await ReadLineAsync(client));
    }

    [Fact]
    public async Task One_address_has_so_many_connections_and_others_are_served()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["MAX_CONNECTIONS_PER_ADDRESS"] = "5" });
        app.Http.DefaultRequestHeaders.ConnectionClose = true;
        // An address of its own, which no other client of this test has.
        var greedy = IPAddress.Parse("127.0.0.77");
        var held = new List<TcpClient>();
        for (var i = 0; i < 5; i++)
        {
            held.Add(await ConnectAsync(app, greedy));
            Assert.Equal("HTTP/1.1 200 OK", await AskAsync(held[^1]));
        }

        using var oneMore = await ConnectAsync(app, greedy);
        using var other = await ConnectAsync(app, IPAddress.Parse("127.0.0.78"));

        Assert.Equal("", await AskAsync(oneMore));
        Assert.Equal("HTTP/1.1 200 OK", await AskAsync(other));
        held[0].Dispose();
        await HostProcess.PollAsync("the place of a closed connection to be free", async () =>
        {
            using var again = await ConnectAsync(app, greedy);
            return await AskAsync(again) == "HTTP/1.1 200 OK";
        });
        held.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Connections_of_a_named_proxy_are_not_counted_as_one_address()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string>
        {
            ["MAX_CONNECTIONS_PER_ADDRESS"] = "2",
            ["FORWARDED_PROXIES"] = "127.0.0.77",
        });
        var held = new List<TcpClient>();
        for (var i = 0; i < 10; i++)
        {
            held.Add(await ConnectAsync(app, IPAddress.Parse("127.0.0.77")));
            Assert.Equal("HTTP/1.1 200 OK", await AskAsync(held[^1]));
        }
        held.ForEach(client => client.Dispose());
    }

    private static async Task<TcpClient> ConnectAsync(DawsApp app, IPAddress from)
    {
        var client = new TcpClient(new IPEndPoint(from, 0));
        await client.ConnectAsync(app.Address.Host, app.Address.Port, Token);
        return client;
    }

    // Nothing when it was closed.
    private static async Task<string> AskAsync(TcpClient client)
    {
        try
        {
            await WriteAsync(client, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return await ReadLineAsync(client);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task WriteAsync(TcpClient client, string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Token);

    private static async Task<string> ReadLineAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(Token) ?? "";
    }
}
