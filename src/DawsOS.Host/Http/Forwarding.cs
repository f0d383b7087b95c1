using Microsoft.AspNetCore.HttpOverrides;

namespace DawsOS.Http;

/// <summary>Takes the client's address and scheme from X-Forwarded-For and X-Forwarded-Proto, if a named proxy sent them; from nobody else.</summary>
internal static class Forwarding
{
    /// <summary>Comes first: all that follows sees the client's address.</summary>
    public static void UseForwarding(this WebApplication app, FrontDoorOptions options)
    {
        if (options.ForwardedProxies.IsEmpty)
        {
            return;
        }
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many hops as there are: each must be a named proxy, and the first that is not is the client.
            ForwardLimit = null,
        };
        // Loopback, by default.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.ForwardedProxies)
        {
            forwarded.KnownIPNetworks.Add(proxy);
        }
        app.UseForwardedHeaders(forwarded);
    }
}
