namespace DawsOS.Storage;

/// <summary>Which SQL is spoken; names the folder under <c>sql/</c>.</summary>
internal enum Dialect
{
    Sqlite,
    Postgres,
}

/// <summary>Where everything is kept.</summary>
internal sealed record StorageOptions
{
    public required Dialect Dialect { get; init; }

    /// <summary>In the provider's own form; holds the password, so it is never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>For people: a path, or host, port and database. No secret.</summary>
    public required string Describe { get; init; }

    /// <summary>What Orleans' ADO.NET providers call the driver.</summary>
    public string Invariant => Dialect == Dialect.Postgres ? "Npgsql" : "System.Data.SQLite";
}
