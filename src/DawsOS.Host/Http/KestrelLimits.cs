using System.Security.Authentication;

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DawsOS.Http;

/// <summary>What the server takes from one connection: sizes, and how slowly.</summary>
internal static class KestrelLimits
{
    /// <summary>Bytes of a body, unless its route allows more.</summary>
    public const long BodyLimit = 1 << 20;

    /// <summary>Bytes of a body that is an email, a password or the like; up to it a body is read of anybody.</summary>
    public const long SmallBody = 8 << 10;

    /// <summary>Bytes of a body that must come in a second, below it 408.</summary>
    public const int BodyRate = 1 << 10;

    /// <summary>Bytes of the request line, above it 414.</summary>
    public const int RequestLine = 8 << 10;

    /// <summary>Bytes of all headers, above it 431.</summary>
    public const int Headers = 16 << 10;

    /// <summary>Number of headers, above it 431.</summary>
    public const int HeaderCount = 64;

    /// <summary>From a request's first byte to the end of its headers.</summary>
    public static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static void Apply(KestrelServerOptions kestrel, FrontDoorOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = BodyLimit;
        limits.MaxRequestLineSize = RequestLine;
        limits.MaxRequestHeadersTotalSize = Headers;
        limits.MaxRequestHeaderCount = HeaderCount;
        limits.Http2.MaxRequestHeaderFieldSize = Headers;
        limits.RequestHeadersTimeout = HeadersWithin;
        // Also how long a connection may stay without its first byte. Longer than the minute after which usual proxies let go.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MinRequestBodyDataRate = new MinDataRate(BodyRate, Grace);
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 4096, Grace);
        limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.ConfigureHttpsDefaults(https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        if (options.MaxConnectionsPerAddress > 0)
        {
            var perAddress = new ConnectionLimit(options);
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => perAddress.ServeAsync(connection, next)));
        }
    }

    /// <summary>Lets a route take a larger body than <see cref="BodyLimit"/>, or only a smaller one.</summary>
    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder endpoint, long bytes)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new BodyLimitMetadata(bytes));

    private sealed record BodyLimitMetadata(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;
}
