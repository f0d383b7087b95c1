using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Delivery;
using DawsOS.Http;
using DawsOS.Patterns;
using DawsOS.Storage;

using Microsoft.Data.Sqlite;

using static DawsOS.Hosting.Configured;

namespace DawsOS.Hosting;

/// <summary>Every setting, read and checked once; see <see cref="Variable.All"/> for meanings and defaults.</summary>
internal sealed record Settings
{
    /// <summary>Name of the embedded database in its directory.</summary>
    public const string DatabaseFile = "dawsos.db";

    public const string DefaultUrl = "http://127.0.0.1:8000";

    /// <summary>HMAC-SHA256 wants as much.</summary>
    public const int MinSecretBytes = 32;

    // A random one of 32 bytes in base64 has about 30 of 64.
    private const int MinSecretVariety = 8;

    private const string UrlsVariable = "ASPNETCORE_URLS or --urls";

    // The width of Orleans' columns.
    private const int MaxIdLength = 150;

    public required StorageOptions Storage { get; init; }

    /// <summary>Full path; used in embedded mode only.</summary>
    public required string DataDirectory { get; init; }

    public required string AdminEmail { get; init; }

    public required string? AdminPassword { get; init; }

    public required string? JwtSecret { get; init; }

    /// <summary>The secret that <see cref="JwtSecret"/> replaced: its tokens are good until they expire.</summary>
    public required string? PreviousJwtSecret { get; init; }

    public required int? MetricsPort { get; init; }

    public required int UserRateLimit { get; init; }

    public required int GlobalRateLimit { get; init; }

    public required IPAddress OrleansAddress { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    public required string ClusterId { get; init; }

    public required string ServiceId { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required FrontDoorOptions FrontDoor { get; init; }

    public required AgentOptions Agents { get; init; }

    public required PatternFolderOptions Patterns { get; init; }

    public required RunOptions Runs { get; init; }

    public required EmailOptions Email { get; init; }

    public required RetryOptions Retries { get; init; }

    public required SendOptions Sends { get; init; }

    /// <summary>Whether the capabilities for black-box tests are there.</summary>
    public required bool ConformanceAgent { get; init; }

    /// <summary>Where the front door listens, ';' between.</summary>
    public required string Urls { get; init; }

    public bool IsEmbedded => Storage.Dialect == Dialect.Sqlite;

    /// <exception cref="StartupException">Names the first variable with a bad value.</exception>
    public static Settings Read(IConfiguration configuration)
    {
        var directory = Path.GetFullPath(Text(configuration, "DAWSOS_DATA", "data"));
        var url = Text(configuration, "DATABASE_URL", "");
        var settings = new Settings
        {
            Storage = url.Length > 0 ? DatabaseUrl.Parse(url) : Sqlite(directory),
            DataDirectory = directory,
            AdminEmail = Text(configuration, "DAWSOS_ADMIN_EMAIL", "admin@localhost"),
            AdminPassword = Text(configuration, "DAWSOS_ADMIN_PASSWORD"),
            JwtSecret = Text(configuration, "AUTH_JWT_SECRET"),
            PreviousJwtSecret = Text(configuration, "AUTH_JWT_SECRET_PREVIOUS"),
            MetricsPort = Text(configuration, "METRICS_PORT") is null ? null : Number(configuration, "METRICS_PORT", 0, 1, 65535),
            UserRateLimit = Number(configuration, "RATE_LIMIT_USER_PER_MINUTE", 100, 0, int.MaxValue),
            GlobalRateLimit = Number(configuration, "RATE_LIMIT_GLOBAL_PER_MINUTE", 1000, 0, int.MaxValue),
            FrontDoor = FrontDoorSettings.Read(configuration),
            OrleansAddress = IPAddress.TryParse(Text(configuration, "ORLEANS_ADDRESS", "127.0.0.1"), out var address)
                ? address
                : throw new StartupException($"ORLEANS_ADDRESS: '{configuration["ORLEANS_ADDRESS"]}' is no IP address; give one that other silos can reach."),
            SiloPort = Number(configuration, "ORLEANS_SILO_PORT", 11111, 1, 65535),
            GatewayPort = Number(configuration, "ORLEANS_GATEWAY_PORT", 30000, 1, 65535),
            ClusterId = Text(configuration, "ORLEANS_CLUSTER_ID", "dawsos"),
            ServiceId = Text(configuration, "ORLEANS_SERVICE_ID", "dawsos"),
            Agents = new AgentOptions
            {
                BreakerThreshold = Number(configuration, "AGENT_BREAKER_THRESHOLD", 5, 1, 1000),
                BreakerOpenFor = TimeSpan.FromSeconds(Number(configuration, "AGENT_BREAKER_SECONDS", 60, 1, 86_400)),
                MaxConcurrency = Number(configuration, "AGENT_MAX_CONCURRENCY", 256, 1, 100_000),
                MaxResultBytes = Number(configuration, "MAX_STEP_RESULT_BYTES", 4 << 20, 1024, 256 << 20),
            },
            Patterns = new PatternFolderOptions(Folder(Text(configuration, "PATTERNS_PATH", ""))),
            Runs = new RunOptions { HistoryFor = TimeSpan.FromDays(Number(configuration, "RUN_HISTORY_DAYS", 30, 1, 3650)) },
            Email = EmailSettings.Read(configuration),
            Retries = new RetryOptions
            {
                Schedule = Minutes(configuration, "ALERT_RETRY_MINUTES", "5,30,120,720,1440"),
                Jitter = Flag(configuration, "ALERT_RETRY_JITTER", fallback: true),
            },
            Sends = Sending(Number(configuration, "ALERT_LEASE_SECONDS", 40, 10, 600)),
            ConformanceAgent = Flag(configuration, "CONFORMANCE_AGENT"),
            LogLevel = Level("LOG_LEVEL", Text(configuration, "LOG_LEVEL", nameof(LogLevel.Information))),
            Urls = Text(configuration, "urls", DefaultUrl),
        };
        CheckLogLevels(configuration);
        settings.Check();
        return settings;
    }

    /// <summary>The sockets of <see cref="Urls"/>; port 0 = any free one, left out.</summary>
    /// <exception cref="StartupException">One of them is no address.</exception>
    public IEnumerable<IPEndPoint> FrontDoors()
    {
        foreach (var url in Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // * and + are any address to Kestrel, and no host to Uri.
            var host = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
            if (!Uri.TryCreate(host, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
            {
                throw new StartupException($"{UrlsVariable}: '{url}' is no address like {DefaultUrl}.");
            }
            var address = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) ? ip : null;
            if (address is null)
            {
                // Kestrel would listen on every address, whatever the name stands for.
                throw new StartupException($"{UrlsVariable}: '{url}' names a host; give an IP address or localhost, or say * for all addresses.");
            }
            if (uri.Port > 0)
            {
                yield return new IPEndPoint(address, uri.Port);
            }
        }
    }

    private void Check()
    {
        _ = FrontDoors().Count();
        if (OrleansAddress.Equals(IPAddress.Any) || OrleansAddress.Equals(IPAddress.IPv6Any))
        {
            throw new StartupException($"ORLEANS_ADDRESS: {OrleansAddress} is no address that other silos can reach; give this machine's own.");
        }
        if (ClusterId.Length > MaxIdLength || ServiceId.Length > MaxIdLength)
        {
            throw new StartupException($"{(ClusterId.Length > MaxIdLength ? "ORLEANS_CLUSTER_ID" : "ORLEANS_SERVICE_ID")}: it is longer than {MaxIdLength} characters.");
        }
        if (AdminPassword is not null && AccountRules.PasswordFault(AdminPassword, AdminEmail) is { } fault)
        {
            throw new StartupException($"DAWSOS_ADMIN_PASSWORD: it cannot be a password ({fault.TrimEnd('.')}); give another, or none for a random one.");
        }
        if (AccountRules.EmailFault(AdminEmail) is not null)
        {
            throw new StartupException($"DAWSOS_ADMIN_EMAIL: '{AdminEmail}' is no address; give one like admin@localhost.");
        }
        CheckSecret("AUTH_JWT_SECRET", JwtSecret);
        CheckSecret("AUTH_JWT_SECRET_PREVIOUS", PreviousJwtSecret);
        if (PreviousJwtSecret is not null && PreviousJwtSecret == JwtSecret)
        {
            throw new StartupException("AUTH_JWT_SECRET_PREVIOUS: it is AUTH_JWT_SECRET itself; give the one that was replaced, or leave it out.");
        }
        if (JwtSecret is null && !IsEmbedded)
        {
            throw new StartupException("AUTH_JWT_SECRET: it is required with DATABASE_URL, the same on every silo; make one with: openssl rand -base64 48");
        }
    }

    private static void CheckSecret(string variable, string? secret)
    {
        if (secret is null)
        {
            return;
        }
        if (System.Text.Encoding.UTF8.GetByteCount(secret) < MinSecretBytes)
        {
            throw new StartupException($"{variable}: it is shorter than {MinSecretBytes} bytes; make one with: openssl rand -base64 48");
        }
        if (secret.Distinct().Count() < MinSecretVariety)
        {
            throw new StartupException($"{variable}: it can be guessed (fewer than {MinSecretVariety} different characters); make one with: openssl rand -base64 48");
        }
    }

    private static StorageOptions Sqlite(string directory)
    {
        var file = Path.Combine(directory, DatabaseFile);
        return new StorageOptions
        {
            Dialect = Dialect.Sqlite,
            ConnectionString = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = DatabaseUrl.QuerySeconds }.ConnectionString,
            Describe = file,
        };
    }

    // Whoever wants leases to end sooner wants their end to be seen sooner too.
    private static SendOptions Sending(int leaseSeconds)
    {
        var defaults = new SendOptions { Lease = TimeSpan.FromSeconds(leaseSeconds) };
        return defaults with { Period = defaults.LatestStart < defaults.Period ? defaults.LatestStart : defaults.Period };
    }

    private static string? Folder(string path) => path.Length == 0 ? null
        : Directory.Exists(path) ? Path.GetFullPath(path)
        : throw new StartupException($"PATTERNS_PATH: there is no directory '{path}'; make it, or leave the variable out.");

    private static ImmutableArray<TimeSpan> Minutes(IConfiguration configuration, string name, string fallback)
    {
        var text = Text(configuration, name, fallback);
        return [.. text.Split(',').Select(part =>
            decimal.TryParse(part, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var minutes)
                && minutes is > 0 and <= 525_600
                ? TimeSpan.FromMinutes((double)minutes)
                : throw new StartupException($"{name}: '{text}' is no list of minutes like {fallback}."))];
    }

    // Enum.TryParse would also take numbers and lists.
    private static LogLevel Level(string name, string text) =>
        Enum.GetNames<LogLevel>().FirstOrDefault(level => level.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<LogLevel>(known)
            : throw new StartupException($"{name}: '{text}' is none of {string.Join(", ", Enum.GetNames<LogLevel>())}.");

    // .NET reads its own sections late, and its complaint names no variable.
    private static void CheckLogLevels(IConfiguration configuration)
    {
        foreach (var (name, value) in configuration.GetSection("Logging").AsEnumerable())
        {
            if (name.Contains(":LogLevel:", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrEmpty(value))
            {
                Level(name, value);
            }
        }
    }
}
