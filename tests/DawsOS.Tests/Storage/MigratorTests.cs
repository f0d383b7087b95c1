using Dapper;
using DawsOS.Harness;

namespace DawsOS.Storage;

public abstract class MigratorTests
{
    private protected abstract Task<StorageOptions> NewDatabaseAsync();

    [Fact]
    public async Task A_second_start_applies_nothing()
    {
        await using var database = new Database(await NewDatabaseAsync());
        var migrator = new Migrator(database, TimeProvider.System);

        Assert.Equal(Sql.Migrations(database.Dialect).Count, await migrator.MigrateAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await migrator.MigrateAsync(TestContext.Current.CancellationToken));
        Assert.True(await migrator.IsCurrentAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_changed_applied_migration_stops_the_start_and_names_it()
    {
        await using var database = new Database(await NewDatabaseAsync());
        var migrator = new Migrator(database, TimeProvider.System);
        await migrator.MigrateAsync(TestContext.Current.CancellationToken);
        await ChangeAsync(database, "UPDATE schema_migrations SET sha256 = 'other' WHERE number = 2");

        var stopped = await Assert.ThrowsAsync<StartupException>(() => migrator.MigrateAsync(TestContext.Current.CancellationToken));

        Assert.Equal("Migration 0002 (0002_accounts) was changed after it was applied: restore its file and put the change into a new migration.", stopped.Message);
    }

    [Fact]
    public async Task A_database_newer_than_the_program_stops_the_start()
    {
        await using var database = new Database(await NewDatabaseAsync());
        var migrator = new Migrator(database, TimeProvider.System);
        await migrator.MigrateAsync(TestContext.Current.CancellationToken);
        await ChangeAsync(database, "INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (9999, '9999_future', 'x', 'x')");

        var stopped = await Assert.ThrowsAsync<StartupException>(() => migrator.MigrateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("start the newer DawsOS", stopped.Message, StringComparison.Ordinal);
    }

    private static async Task ChangeAsync(Database database, string sql)
    {
        await using var connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql);
    }
}

public sealed class MigratorOnSqliteTests : MigratorTests, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("daws-");

    [Fact]
    public async Task Readers_never_block_a_commit()
    {
        await using var database = new Database(await NewDatabaseAsync());
        await new Migrator(database, TimeProvider.System).MigrateAsync(TestContext.Current.CancellationToken);

        await using var connection = await database.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal("wal", await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode"));
        Assert.Equal(2, await connection.ExecuteScalarAsync<long>("PRAGMA synchronous"));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private protected override Task<StorageOptions> NewDatabaseAsync() => Task.FromResult(new StorageOptions
    {
        Dialect = Dialect.Sqlite,
        ConnectionString = $"Data Source={Path.Combine(_directory.FullName, $"{Guid.CreateVersion7():N}.db")}",
        Describe = "test",
    });
}

public sealed class MigratorOnPostgresTests : MigratorTests
{
    [Fact]
    public async Task Several_silos_may_migrate_at_once()
    {
        var options = await NewDatabaseAsync();
        await using var first = new Database(options);
        await using var second = new Database(options);

        var applied = await Task.WhenAll(
            new Migrator(first, TimeProvider.System).MigrateAsync(TestContext.Current.CancellationToken),
            new Migrator(second, TimeProvider.System).MigrateAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Sql.Migrations(options.Dialect).Count, applied.Sum());
    }

    private protected override async Task<StorageOptions> NewDatabaseAsync() => DatabaseUrl.Parse(await PostgresServer.CreateDatabaseAsync());
}
