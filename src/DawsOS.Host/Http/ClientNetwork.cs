using System.Net;

namespace DawsOS.Http;

/// <summary>Who counts as one client where there is no user: an address, as it is after forwarding.</summary>
internal static class ClientNetwork
{
    public static IPAddress Of(HttpContext context) => context.Connection.RemoteIpAddress is { } address ? Of(address) : IPAddress.None;

    /// <summary>Who has IPv6 has at least 2^64 addresses: its network counts as one.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 16)
        {
            bytes.AsSpan(8).Clear();
        }
        return new IPAddress(bytes);
    }
}
