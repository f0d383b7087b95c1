using System.Net.Sockets;
using System.Text;

namespace DawsOS.Harness;

/// <summary>A connection that sends a request in pieces, and goes by a reset.</summary>
internal sealed class HalfClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0), NoDelay = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Sends the head of a POST and returns when the program has begun to read its body; fails when it does not, or answers.</summary>
    public static async Task<HalfClient> OpenAsync(Uri address, string path, int length, string type = "application/json", object? authorization = null)
    {
        var client = new HalfClient();
        try
        {
            await client._socket.ConnectAsync(address.Host, address.Port, Token);
            await client.SendAsync(
                $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n"
                + (authorization is null ? "" : $"Authorization: {authorization}\r\n") + "Expect: 100-continue\r\n\r\n");
            Assert.Equal("HTTP/1.1 100 Continue", (await client.ReadAsync()).Split('\r')[0]);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.ASCII.GetBytes(text), Token);

    /// <summary>What comes next; one piece, which is all of a small answer.</summary>
    public async Task<string> ReadAsync()
    {
        var buffer = new byte[8192];
        return Encoding.ASCII.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, Token).AsTask().WaitAsync(Patience, Token));
    }

    public void Dispose() => _socket.Dispose();
}
