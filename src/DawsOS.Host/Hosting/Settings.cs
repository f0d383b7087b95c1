using System.Globalization;
using System.Net;

using DawsOS.Accounts;
using DawsOS.Storage;

using Microsoft.Data.Sqlite;

namespace DawsOS.Hosting;

/// <summary>Every setting, read and checked once; see <see cref="Variable.All"/> for meanings and defaults.</summary>
internal sealed record Settings
{
    public const string DefaultUrl = "http://127.0.0.1:8000";

    public required StorageOptions Storage { get; init; }

    /// <summary>Full path; used in embedded mode only.</summary>
    public required string DataDirectory { get; init; }

    public required string AdminEmail { get; init; }

    public required string? AdminPassword { get; init; }

    public required string? JwtSecret { get; init; }

    public required int? MetricsPort { get; init; }

    public required int UserRateLimit { get; init; }

    public required int GlobalRateLimit { get; init; }

    public required IPAddress OrleansAddress { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    public required string ClusterId { get; init; }

    public required string ServiceId { get; init; }

    public required LogLevel LogLevel { get; init; }

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
            AdminPassword = Text(configuration, "DAWSOS_ADMIN_PASSWORD", "") is { Length: > 0 } password ? password : null,
            JwtSecret = Text(configuration, "AUTH_JWT_SECRET", "") is { Length: > 0 } secret ? secret : null,
            MetricsPort = Text(configuration, "METRICS_PORT", "").Length == 0 ? null : Number(configuration, "METRICS_PORT", 0, 1, 65535),
            UserRateLimit = Number(configuration, "RATE_LIMIT_USER_PER_MINUTE", 100, 0, int.MaxValue),
            GlobalRateLimit = Number(configuration, "RATE_LIMIT_GLOBAL_PER_MINUTE", 1000, 0, int.MaxValue),
            OrleansAddress = IPAddress.TryParse(Text(configuration, "ORLEANS_ADDRESS", "127.0.0.1"), out var address)
                ? address
                : throw new StartupException($"ORLEANS_ADDRESS: '{configuration["ORLEANS_ADDRESS"]}' is no IP address; give one that other silos can reach."),
            SiloPort = Number(configuration, "ORLEANS_SILO_PORT", 11111, 1, 65535),
            GatewayPort = Number(configuration, "ORLEANS_GATEWAY_PORT", 30000, 1, 65535),
            ClusterId = Text(configuration, "ORLEANS_CLUSTER_ID", "dawsos"),
            ServiceId = Text(configuration, "ORLEANS_SERVICE_ID", "dawsos"),
            LogLevel = Enum.TryParse<LogLevel>(Text(configuration, "LOG_LEVEL", "Information"), ignoreCase: true, out var level) && Enum.IsDefined(level)
                ? level
                : throw new StartupException($"LOG_LEVEL: '{configuration["LOG_LEVEL"]}' is none of {string.Join(", ", Enum.GetNames<LogLevel>())}."),
        };
        settings.Check();
        return settings;
    }

    private void Check()
    {
        if (AdminPassword is { Length: < 12 })
        {
            throw new StartupException("DAWSOS_ADMIN_PASSWORD: it is shorter than 12 characters; give a longer one, or none for a random one.");
        }
        if (AccountRules.EmailFault(AdminEmail) is not null)
        {
            throw new StartupException($"DAWSOS_ADMIN_EMAIL: '{AdminEmail}' is no address; give one like admin@localhost.");
        }
        if (JwtSecret is not null && System.Text.Encoding.UTF8.GetByteCount(JwtSecret) < 32)
        {
            throw new StartupException("AUTH_JWT_SECRET: it is shorter than 32 bytes; make one with: openssl rand -base64 48");
        }
        if (JwtSecret is null && !IsEmbedded)
        {
            throw new StartupException("AUTH_JWT_SECRET: it is required with DATABASE_URL, the same on every silo; make one with: openssl rand -base64 48");
        }
    }

    private static StorageOptions Sqlite(string directory)
    {
        var file = Path.Combine(directory, "dawsos.db");
        return new StorageOptions
        {
            Dialect = Dialect.Sqlite,
            ConnectionString = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ConnectionString,
            Describe = file,
        };
    }

    private static string Text(IConfiguration configuration, string name, string fallback) =>
        string.IsNullOrWhiteSpace(configuration[name]) ? fallback : configuration[name]!.Trim();

    private static int Number(IConfiguration configuration, string name, int fallback, int min, int max)
    {
        var text = Text(configuration, name, fallback.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new StartupException($"{name}: '{text}' is no whole number from {min} to {max}.");
    }
}
