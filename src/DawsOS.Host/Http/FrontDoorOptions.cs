using System.Collections.Immutable;
using System.Net;

namespace DawsOS.Http;

/// <summary>How much the front door lets in, and whom it believes.</summary>
internal sealed record FrontDoorOptions
{
    /// <summary>Open connections of one endpoint.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Of these from one address that is no named proxy; 0 = off.</summary>
    public required int MaxConnectionsPerAddress { get; init; }

    /// <summary>Requests that are worked on at a time; see <see cref="Admission"/>.</summary>
    public required int MaxConcurrentRequests { get; init; }

    /// <summary>Origins whose pages may call the API; none = no page of another site may.</summary>
    public required ImmutableArray<string> CorsOrigins { get; init; }

    /// <summary>Whose X-Forwarded-For and X-Forwarded-Proto are believed.</summary>
    public required ImmutableArray<IPNetwork> ForwardedProxies { get; init; }

    /// <summary>Whether the address is that of a named proxy.</summary>
    public bool IsProxy(IPAddress address) =>
        ForwardedProxies.Any(proxy => proxy.Contains(address) || (address.IsIPv4MappedToIPv6 && proxy.Contains(address.MapToIPv4())));
}
