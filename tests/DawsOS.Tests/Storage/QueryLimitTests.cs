using Dapper;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.Data.Sqlite;

namespace DawsOS.Storage;

/// <summary>A statement that would run for ever, because the table that it reads has become a view without end.</summary>
public abstract class QueryLimitTests
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_takes_longer_than_its_time_is_an_outage_and_the_connection_stays_of_use()
    {
        await using var database = await EndlessUsersAsync();
        var users = new UserStore(database, TimeProvider.System);

        var cut = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => users.AnyAsync(Token));

        Assert.Contains("longer", cut.Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.ReadAsync(As.Job, session => session.FirstAsync<long>("series/count_series", new { userId = Guid.Empty }), Token));
    }

    [Fact]
    public async Task A_write_that_takes_longer_than_its_time_stores_nothing()
    {
        await using var database = await EndlessUsersAsync();

        var cut = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.WriteAsync(
            As.Job, async session =>
            {
                await session.ExecuteAsync("series/take_tick");
                return await session.FirstAsync<long>("accounts/count_users");
            },
            Token));

        Assert.False(cut.OutcomeUnknown);
        await using var connection = await database.OpenAsync(Token);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT max(tick) FROM tick_counter"));
    }

    [Fact]
    public async Task A_read_that_nobody_waits_for_any_more_ends()
    {
        await using var database = await EndlessUsersAsync(seconds: 60);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
        gone.CancelAfter(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new UserStore(database, TimeProvider.System).AnyAsync(gone.Token));
    }

    private protected abstract Task<StorageOptions> NewDatabaseAsync(int seconds);

    private async Task<Database> EndlessUsersAsync(int seconds = 1)
    {
        var database = new Database(await NewDatabaseAsync(seconds));
        await new Migrator(database, TimeProvider.System).MigrateAsync(Token);
        await using var connection = await database.OpenAsync(Token);
        await connection.ExecuteAsync(
            """
            ALTER TABLE users RENAME TO former_users;
            CREATE VIEW users AS WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT 1 - n FROM numbers) SELECT n FROM numbers
            """);
        if (database.Dialect == Dialect.Postgres)
        {
            await connection.ExecuteAsync("GRANT SELECT ON users TO dawsos_app, dawsos_job");
        }
        return database;
    }
}

public sealed class QueryLimitOnSqliteTests : QueryLimitTests, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("daws-");

    public void Dispose() => _directory.Delete(recursive: true);

    private protected override Task<StorageOptions> NewDatabaseAsync(int seconds) => Task.FromResult(new StorageOptions
    {
        Dialect = Dialect.Sqlite,
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_directory.FullName, "limit.db"), DefaultTimeout = seconds }.ConnectionString,
        Describe = "test",
    });
}

public sealed class QueryLimitOnPostgresTests : QueryLimitTests
{
    private protected override async Task<StorageOptions> NewDatabaseAsync(int seconds) =>
        DatabaseUrl.Parse($"{await PostgresServer.CreateDatabaseAsync()};Command Timeout={seconds}");
}
