using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using DawsOS.Harness;

namespace DawsOS.Attacks;

/// <summary>Bytes that are no HTTP, or not quite: refused at once or hung up on, and the program goes on.</summary>
public sealed class TransportFuzzTests
{
    private const int Seed = 7;

    private static readonly string[] Heads =
    [
        "GET /health HTTP/1.1\r\nHost: x\r\n", "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", "GET /v1/alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n",
    ];

    private static readonly string[] Lines =
    [
        "\r\n", "\n", "\0", "Host: y\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "Transfer-Encoding: gzip\r\n", "X: a\r\n b\r\n", ": x\r\n", "X\r\n", "X y: z\r\n", "X: \u0001\r\n",
        "X-Request-Id: a\rb\r\n", "X-Request-Id: a\nSet-Cookie: b=c\r\n", "Expect: 100-continue\r\n", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n", "\r\nFFFFFFFFFFFFFFFFF\r\n", "\r\n-1\r\nx\r\n", "\r\n{}\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET http://y/ HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "OPTIONS * HTTP/1.1\r\n",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_no_http_is_refused_or_hung_up_on()
    {
        await using var app = await DawsApp.StartAsync();
        List<string> faults = [];
        for (var n = 0; n < (LongRun.Trials * 20 ?? 50); n++)
        {
            var sent = Bytes(new Random(unchecked((Seed * 1_000_003) + n)));
            var answer = await SendAsync(app.Address, sent);
            var status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? answer[9..12] : "";
            // 505: another version of HTTP than it speaks.
            if ((status.StartsWith('5') && status != "505") || answer.Contains("Set-Cookie: b=c", StringComparison.OrdinalIgnoreCase))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"Seed {Seed}, message {n}: base64 {Convert.ToBase64String(sent)}\n→ {answer}"));
            }
        }

        Assert.Empty(faults);
        using var health = await app.Http.GetAsync("/health/ready", Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static byte[] Bytes(Random random)
    {
        if (random.Next(4) == 0)
        {
            var bytes = new byte[random.Next(1, 5_000)];
            random.NextBytes(bytes);
            return bytes;
        }
        var text = new StringBuilder(random.Next(10) == 0 ? "" : Heads[random.Next(Heads.Length)]);
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            text.Append(Lines[random.Next(Lines.Length)]);
        }
        return Encoding.Latin1.GetBytes(random.Next(2) == 0 ? text.Append("\r\n\r\n").ToString() : FuzzValues.Scratch(text.ToString(), random));
    }

    // All that comes until the program hangs up, which it does because nothing more is sent; the test's patience is the bound.
    private static async Task<string> SendAsync(Uri address, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Token);
        try
        {
            await client.GetStream().WriteAsync(bytes, Token);
            client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            return await reader.ReadToEndAsync(Token).WaitAsync(FuzzTests.Patience, Token);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            return "";
        }
    }
}
