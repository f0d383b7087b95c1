using System.Net;
using System.Net.Sockets;

using Npgsql;

namespace DawsOS.Harness;

/// <summary>Stands between the program and its database, and can stop passing anything on: a server that hangs, as its client sees it.</summary>
internal sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private volatile TaskCompletionSource _open = Opened();
    private int _target;
    private int _loseCommit;

    public TcpProxy() => _listener.Start();

    /// <summary>The same database, through here.</summary>
    public string InFrontOf(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        _target = builder.Port;
        builder.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
        return builder.ConnectionString;
    }

    public void Hang() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets the next commit through to the server and loses its answer with the connection.</summary>
    public void LoseNextCommit() => _loseCommit = 1;

    public void Resume() => _open.TrySetResult();

    public void Dispose()
    {
        _end.Cancel();
        Resume();
        _listener.Dispose();
        _end.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                _ = PumpAsync(client, server, fromServer: false);
                _ = PumpAsync(server, client, fromServer: true);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed, or the database is gone.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool fromServer)
    {
        var buffer = new byte[8192];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is var count and > 0)
            {
                await _open.Task;
                if (fromServer && buffer.AsSpan(0, count).IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Exchange(ref _loseCommit, 0) == 1)
                {
                    break;
                }
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side is gone, so the other goes too.
        }
        from.Dispose();
        to.Dispose();
    }
}
