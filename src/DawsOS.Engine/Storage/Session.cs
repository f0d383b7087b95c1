using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;

using Dapper;

using DawsOS.Canonical;

using Microsoft.Data.Sqlite;

namespace DawsOS.Storage;

/// <summary>One connection, in a transaction or not, that runs the SQL files by name.</summary>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, Dialect dialect, CancellationToken cancellationToken) : IDisposable
{
    private static readonly JsonSerializerOptions SqliteRows = RowOptions(new MicrosecondsConverter());
    private static readonly JsonSerializerOptions PostgresRows = RowOptions(null);
    private readonly SqliteWatch? _watch = connection is SqliteConnection sqlite ? new SqliteWatch(sqlite, cancellationToken) : null;

    /// <summary>Time for one statement; null = the connection's own, 10 s.</summary>
    public TimeSpan? StatementTimeout { get; set; }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string query, object? args = null) =>
        (await connection.QueryAsync<T>(Command(query, args))).AsList();

    public Task<T?> FirstAsync<T>(string query, object? args = null) => connection.QueryFirstOrDefaultAsync<T>(Command(query, args));

    public Task<int> ExecuteAsync(string query, object? args = null) => connection.ExecuteAsync(Command(query, args));

    /// <summary>
    /// Many rows as one JSON parameter, so that a batch is one statement on both databases (json_to_recordset, json_each): names in snake_case,
    /// decimals as text, instants as the dialect stores them.
    /// </summary>
    public string Rows<T>(IEnumerable<T> rows) => JsonSerializer.Serialize(rows, dialect == Dialect.Postgres ? PostgresRows : SqliteRows);

    public void Dispose() => _watch?.Dispose();

    private CommandDefinition Command(string query, object? args)
    {
        _watch?.Begin(StatementTimeout);
        return new(Sql.Get(dialect, query), args, transaction, (int?)StatementTimeout?.TotalSeconds, cancellationToken: cancellationToken);
    }

    private static JsonSerializerOptions RowOptions(JsonConverter? instants)
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        options.Converters.Add(new DecimalTextConverter());
        if (instants is not null)
        {
            options.Converters.Add(instants);
        }
        return options;
    }

    private sealed class DecimalTextConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ExactDecimal.Parse(reader.GetString());

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(ExactDecimal.ToText(value));
    }

    private sealed class MicrosecondsConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ColumnTypes.FromMicroseconds(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(ColumnTypes.ToMicroseconds(value));
    }
}
