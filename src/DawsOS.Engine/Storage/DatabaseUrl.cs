using Npgsql;

namespace DawsOS.Storage;

/// <summary>Reads DATABASE_URL in its two forms: <c>postgresql://user:pass@host:port/db?sslmode=…</c> and Npgsql's <c>Host=…;…</c>.</summary>
internal static class DatabaseUrl
{
    /// <summary>For one statement: a query that is locked out must not hold a request for Npgsql's 30 s. SQLite has the same.</summary>
    public const int QuerySeconds = 10;

    // Orleans' providers pool separately from ours; two pools of this size per silo stay within Postgres' 100 connections.
    private const int PoolSize = 25;

    // A host that swallows packets must not hold up the start, nor a request, for Npgsql's 15 s. It tries twice: with and without encryption.
    private const int ConnectSeconds = 4;

    public static StorageOptions Parse(string text)
    {
        try
        {
            var builder = text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) ||
                text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
                ? FromUri(text)
                : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
            {
                throw new StartupException("DATABASE_URL: it names no host or no database; give postgresql://user:pass@host:port/db.");
            }
            // ContainsKey would only say that Npgsql knows such an option.
            if (!builder.ShouldSerialize("Maximum Pool Size"))
            {
                builder.MaxPoolSize = PoolSize;
            }
            if (!builder.ShouldSerialize("Timeout"))
            {
                builder.Timeout = ConnectSeconds;
            }
            if (!builder.ShouldSerialize("Command Timeout"))
            {
                builder.CommandTimeout = QuerySeconds;
            }
            builder.ApplicationName ??= "dawsos";
            return new StorageOptions
            {
                Dialect = Dialect.Postgres,
                ConnectionString = builder.ConnectionString,
                Describe = $"{builder.Host}:{builder.Port}/{builder.Database}",
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or OverflowException)
        {
            // The text holds a password, so neither it nor the parser's message is repeated.
            throw new StartupException("DATABASE_URL: cannot be read; give postgresql://user:pass@host:port/db?sslmode=… or Host=…;Username=…;Database=….");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(string text)
    {
        var uri = new Uri(text);
        var userInfo = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(uri.Host),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        };
        if (userInfo[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(userInfo[0]);
        }
        if (userInfo.Length == 2)
        {
            builder.Password = Uri.UnescapeDataString(userInfo[1]);
        }
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            var name = Uri.UnescapeDataString(parts[0]);
            // libpq writes verify-full where Npgsql writes VerifyFull.
            builder[LibpqName(name)] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        return builder;
    }

    // libpq's names where Npgsql's differ; anything else must be a name that Npgsql knows.
    private static string LibpqName(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "options" => "Options",
        _ => name,
    };
}
