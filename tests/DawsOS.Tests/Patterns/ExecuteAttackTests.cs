using System.Net;
using System.Net.Sockets;
using System.Text;

using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary>Requests that are too large, and clients that never read: refused or left alone, and the others are served.</summary>
public sealed class ExecuteAttackTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/execute")]
    [InlineData("/v1/patterns/validate")]
    public async Task A_body_of_64_megabytes_is_refused(string path)
    {
        // It is told as soon as its length is known: the body need not be sent for it.
        using var client = new TcpClient();
        await client.ConnectAsync(fixture.App.Address.Host, fixture.App.Address.Port, Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Head("POST", path, $"Content-Type: application/json\r\nContent-Length: {64 << 20}\r\n"), Token);

        Assert.StartsWith("HTTP/1.1 413", await ReadLineAsync(stream), StringComparison.Ordinal);
        await fixture.ExecuteAsync(new { pattern_id = "no_such" }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_of_a_megabyte_is_refused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(fixture.App.Address.Host, fixture.App.Address.Port, Token);
        await using var stream = client.GetStream();
        var sending = stream.WriteAsync(Head("POST", "/v1/execute", $"Idempotency-Key: {new string('k', 1 << 20)}\r\nContent-Length: 0\r\n"), Token);

        Assert.StartsWith("HTTP/1.1 431", await ReadLineAsync(stream), StringComparison.Ordinal);
        await fixture.ExecuteAsync(new { pattern_id = "no_such" }, HttpStatusCode.NotFound);
        try
        {
            await sending;
        }
        catch (IOException)
        {
            // It was told before it had sent all of it.
        }
    }

    [Fact]
    public async Task Two_hundred_clients_that_never_read_a_stream_keep_nobody_waiting()
    {
        await fixture.IngestAsync(2024, 1m);
        using var started = await fixture.Http.PostAsync(
            "/v1/execute?mode=async", System.Net.Http.Json.JsonContent.Create(new { pattern_id = "t_sleep" }), Token);
        var location = started.Headers.Location!.OriginalString;
        var deaf = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                deaf.Add(client);
                await client.ConnectAsync(fixture.App.Address.Host, fixture.App.Address.Port, Token);
                await client.GetStream().WriteAsync(Head("GET", $"{location}/events", ""), Token);
            }

            var answer = await fixture.ExecuteAsync(new { pattern_id = "t_echo", inputs = new { v = "a" } });
            var cancelled = await fixture.Http.SendJsonAsync(HttpMethod.Delete, location, null, HttpStatusCode.OK);

            Assert.Equal("a", answer["result"].GetProperty("data").GetProperty("v").GetString());
            Assert.Equal("cancelled", cancelled["status"].GetString());
        }
        finally
        {
            deaf.ForEach(client => client.Dispose());
        }
    }

    private byte[] Head(string method, string path, string more) => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {fixture.App.Address.Authority}\r\nAuthorization: {fixture.Http.DefaultRequestHeaders.Authorization}\r\n{more}\r\n");

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(Token) ?? "";
    }
}
