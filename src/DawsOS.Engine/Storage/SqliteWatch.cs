using System.Diagnostics;

using Microsoft.Data.Sqlite;

using SQLitePCL;

namespace DawsOS.Storage;

/// <summary>
/// Ends statements of SQLite that run longer than they may, or that nobody waits for any more; its driver does neither (dotnet/efcore#31359), Postgres' does both.
/// It looks from within the running statement (sqlite3_progress_handler), so it can never hit the next one. Ends with <see cref="Dispose"/>.
/// </summary>
internal sealed class SqliteWatch : IDisposable
{
    // Of SQLite's virtual machine: some tenths of a millisecond.
    private const int InstructionsBetweenLooks = 10_000;

    // Held here, or it would be collected while SQLite still calls it.
    private readonly delegate_progress _look;
    private readonly SqliteConnection _connection;
    private readonly CancellationToken _cancellationToken;
    private long _deadline = long.MaxValue;

    public SqliteWatch(SqliteConnection connection, CancellationToken cancellationToken)
    {
        (_connection, _cancellationToken, _look) = (connection, cancellationToken, Look);
        raw.sqlite3_progress_handler(connection.Handle, InstructionsBetweenLooks, _look, null);
    }

    /// <summary>A statement begins, which may take so long (null: the connection's default, <c>Default Timeout</c>).</summary>
    public void Begin(TimeSpan? limit) =>
        _deadline = Stopwatch.GetTimestamp() + (long)((limit?.TotalSeconds ?? _connection.DefaultTimeout) * Stopwatch.Frequency);

    // The pool gives the connection to others.
    public void Dispose() => raw.sqlite3_progress_handler(_connection.Handle, 0, null, null);

    private int Look(object? state) => _cancellationToken.IsCancellationRequested || Stopwatch.GetTimestamp() > _deadline ? 1 : 0;
}
