using System.Net;
using System.Net.Sockets;

using DawsOS.Harness;

namespace DawsOS.Delivery;

/// <summary>A client that opens streams from the beginning and reads none of them; little fits between it and the program.</summary>
internal sealed class DeafClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly List<HttpResponseMessage> _streams = [];

    public DeafClient(DawsApp app, HttpClient user)
    {
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = app.Address };
        _http.DefaultRequestHeaders.Authorization = user.DefaultRequestHeaders.Authorization;
    }

    public async Task OpenAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/notifications/stream");
            request.Headers.Add("Last-Event-ID", new NotificationCursor(0, Guid.Empty).ToString());
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            _streams.Add(response);
        }
    }

    public void Dispose()
    {
        _streams.ForEach(stream => stream.Dispose());
        _http.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        if (OperatingSystem.IsLinux())
        {
            // TCP_MAXSEG. The sender's buffer grows with the size of packets, to megabytes.
            socket.SetRawSocketOption(6, 2, BitConverter.GetBytes(536));
        }
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
