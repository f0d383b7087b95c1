using System.Data.Common;
using System.Net.Sockets;

using Dapper;

using Microsoft.Data.Sqlite;

using Npgsql;

namespace DawsOS.Storage;

/// <summary>
/// The domain database. Reads are single statements or snapshots; a write is one transaction, repeated when the database says that it lost a race.
/// An outage becomes <see cref="DatabaseUnavailableException"/>, nothing else is translated.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int MaxAttempts = 8;

    // SQLITE_INTERRUPT
    private const int Interrupted = 9;
    private readonly StorageOptions _options;
    private readonly NpgsqlDataSource? _postgres;

    // SQLite has one writer; waiting here is fair and cheaper than its busy loop.
    private readonly SemaphoreSlim _writeGate = new(1, 1);

    static Database() => ColumnTypes.Register();

    public Database(StorageOptions options)
    {
        _options = options;
        _postgres = options.Dialect == Dialect.Postgres ? NpgsqlDataSource.Create(options.ConnectionString) : null;
    }

    public Dialect Dialect => _options.Dialect;

    public string Describe => _options.Describe;

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_postgres is not null)
            {
                return await _postgres.OpenConnectionAsync(cancellationToken);
            }
            var connection = new SqliteConnection(_options.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            // Orleans writes beside us. SQLite itself waits for it in steps of milliseconds; Microsoft.Data.Sqlite would look again after 150 ms.
            await connection.ExecuteAsync("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new DatabaseUnavailableException(Sentence(e));
        }
    }

    /// <summary>
    /// Runs statements that only read, on Postgres in one transaction. A pooled connection may have been closed by the server while it rested,
    /// which shows at its next use: then <paramref name="work"/> runs once more, on a new one.
    /// </summary>
    public async Task<T> ReadAsync<T>(As who, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            await using var connection = await OpenAsync(cancellationToken);
            try
            {
                if (connection is SqliteConnection)
                {
                    return await WorkAsync(work, connection, null, cancellationToken);
                }
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await EnterAsync(transaction, who, readOnly: true, cancellationToken);
                var result = await WorkAsync(work, connection, transaction, cancellationToken);
                // Nothing was written, so there is nothing to commit, and a commit that is lost is always one that counts.
                await transaction.RollbackAsync(cancellationToken);
                return result;
            }
            catch (Exception e) when (first && IsClosedByServer(e))
            {
                // Those that rested beside it met the same end.
                _postgres?.Clear();
            }
            catch (Exception e) when (IsOutage(e))
            {
                throw new DatabaseUnavailableException(Sentence(e));
            }
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in one READ COMMITTED transaction (SQLite: BEGIN IMMEDIATE) and commits. It may run several times,
    /// so it must have no effect outside the session.
    /// </summary>
    public async Task<T> WriteAsync<T>(As who, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Dialect == Dialect.Postgres
                    ? await TransactAsync(who, work, cancellationToken)
                    : await GatedAsync(who, work, cancellationToken);
            }
            catch (Exception e) when (IsLostRace(e) && attempt < MaxAttempts)
            {
                // The other transaction has finished by now, or will before our locks are granted: no pause is needed.
            }
            catch (Exception e) when (IsOutage(e))
            {
                throw new DatabaseUnavailableException(Sentence(e));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _writeGate.Dispose();
        if (_postgres is null)
        {
            // Pooled connections keep the file open.
            using var connection = new SqliteConnection(_options.ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
        return _postgres?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async Task<T> GatedAsync<T>(As who, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        await _writeGate.WaitAsync(cancellationToken);
        try
        {
            return await TransactAsync(who, work, cancellationToken);
        }
        finally
        {
            _writeGate.Release();
        }
    }

    private async Task<T> TransactAsync<T>(As who, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: false)
            : await connection.BeginTransactionAsync(cancellationToken);
        await EnterAsync(transaction, who, readOnly: false, cancellationToken);
        var result = await WorkAsync(work, connection, transaction, cancellationToken);
        try
        {
            // From here on the outcome is the database's: a cancelled commit would only hide it.
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception e) when (IsOutage(e) && !IsLostRace(e))
        {
            throw new DatabaseUnavailableException(Sentence(e), outcomeUnknown: true);
        }
        return result;
    }

    private async Task<T> WorkAsync<T>(
        Func<Session, Task<T>> work, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        using var session = new Session(connection, transaction, Dialect, cancellationToken);
        try
        {
            return await work(session);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    // Until the end of the transaction. One statement: it is a round trip that every transaction makes.
    private static async Task EnterAsync(DbTransaction transaction, As who, bool readOnly, CancellationToken cancellationToken)
    {
        if (transaction is NpgsqlTransaction)
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                SELECT set_config('role', @DatabaseRole, true), set_config('app.user_id', @UserId, true), set_config('app.user_role', @UserRoleName, true),
                    set_config('transaction_read_only', @ReadOnly, true)
                """,
                new { who.DatabaseRole, who.UserId, who.UserRoleName, ReadOnly = readOnly ? "on" : "off" }, transaction, cancellationToken: cancellationToken));
        }
    }

    // Deadlock, serialization failure, or two first writers of the same unique key (the second finds the row when it looks again).
    private static bool IsLostRace(Exception e) => e switch
    {
        PostgresException p => p.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation,
        SqliteException s => s.SqliteErrorCode is 5 or 6,
        _ => false,
    };

    // Not a time-out: who waited that long once does not wait twice.
    private static bool IsClosedByServer(Exception e) => e switch
    {
        PostgresException p => p.SqlState == PostgresErrorCodes.AdminShutdown,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    };

    private static bool IsOutage(Exception e) => e switch
    {
        PostgresException p => p.SqlState.StartsWith("57P", StringComparison.Ordinal) || p.SqlState.StartsWith("53", StringComparison.Ordinal)
            || p.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException => true,
        SocketException => true,
        // BUSY, LOCKED, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN
        SqliteException s => s.SqliteErrorCode is 5 or 6 or 8 or 9 or 10 or 13 or 14,
        _ => false,
    };

    private static string Sentence(Exception e) => e switch
    {
        NpgsqlException { InnerException: TimeoutException } or SqliteException { SqliteErrorCode: Interrupted } => "The database took longer than it may.",
        { InnerException: SocketException socket } => socket.Message,
        _ => e.Message,
    };
}
