using System.Net;

using DawsOS.Http;
using DawsOS.Storage;

using static DawsOS.Hosting.Configured;

namespace DawsOS.Hosting;

/// <summary>Reads how much the front door lets in, and whom it believes.</summary>
internal static class FrontDoorSettings
{
    private const int Most = 1_000_000;

    /// <exception cref="StartupException">Names the variable with a bad value.</exception>
    public static FrontDoorOptions Read(IConfiguration configuration)
    {
        // ASP.NET Core's own switch believes everyone.
        if (bool.TryParse(configuration["ForwardedHeaders_Enabled"], out var believed) && believed)
        {
            throw new StartupException("ASPNETCORE_FORWARDEDHEADERS_ENABLED: it would believe any sender; leave it out and name the proxies in FORWARDED_PROXIES.");
        }
        return new FrontDoorOptions
        {
            MaxConnections = Number(configuration, "MAX_CONNECTIONS", 4096, 16, Most),
            MaxConnectionsPerAddress = Number(configuration, "MAX_CONNECTIONS_PER_ADDRESS", 512, 0, Most),
            MaxConcurrentRequests = Number(configuration, "MAX_CONCURRENT_REQUESTS", 256, 8, Most),
            CorsOrigins = [.. List(configuration, "CORS_ORIGINS").Select(Origin)],
            ForwardedProxies = [.. List(configuration, "FORWARDED_PROXIES").Select(Proxy)],
        };
    }

    // The browser's own form, so that a comparison is one of text: no path, no default port, lower case.
    private static string Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text && uri.UserInfo.Length == 0
            ? text
            : throw new StartupException($"CORS_ORIGINS: '{text}' is no origin like https://console.example.com (lower case, no path, no usual port, no *).");

    private static IPNetwork Proxy(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        // All addresses would be nobody in particular.
        : IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? network
        : throw new StartupException($"FORWARDED_PROXIES: '{text}' is neither an IP address nor a network like 10.0.0.0/8.");

    private static string[] List(IConfiguration configuration, string name) =>
        (configuration[name] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
