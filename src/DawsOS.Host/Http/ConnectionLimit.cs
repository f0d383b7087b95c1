using System.Collections.Concurrent;
using System.Net;

using Microsoft.AspNetCore.Connections;

namespace DawsOS.Http;

/// <summary>
/// Keeps one address from holding all connections, which costs it nothing: one too many is closed before anything is read. Behind a proxy all
/// connections are the proxy's, so those of named proxies are not counted.
/// </summary>
internal sealed class ConnectionLimit(FrontDoorOptions options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } address || options.IsProxy(address))
        {
            await next(connection);
            return;
        }
        var key = ClientNetwork.Of(address);
        try
        {
            if (_open.AddOrUpdate(key, 1, (_, count) => count + 1) <= options.MaxConnectionsPerAddress)
            {
                await next(connection);
            }
            else
            {
                connection.Abort(new ConnectionAbortedException("There are too many connections from this address."));
            }
        }
        finally
        {
            // Gone at nought, so that addresses do not pile up.
            if (_open.AddOrUpdate(key, 0, (_, count) => count - 1) <= 0)
            {
                _open.TryRemove(new KeyValuePair<IPAddress, int>(key, 0));
            }
        }
    }
}
