using Dapper;

using DawsOS.Accounts;
using DawsOS.Harness;

using Npgsql;

namespace DawsOS.Storage;

/// <summary>Connections that rest in the pool while the server closes them: a restart, a failover, an idle limit.</summary>
public sealed class ClosedConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_after_the_server_closed_every_pooled_connection_is_answered()
    {
        var url = await PostgresServer.CreateDatabaseAsync();
        await using var database = new Database(DatabaseUrl.Parse(url));
        await new Migrator(database, TimeProvider.System).MigrateAsync(Token);
        var users = new UserStore(database, TimeProvider.System);
        for (var round = 0; round < 3; round++)
        {
            await FillPoolAsync(database, 5);
            Assert.InRange(await CloseAllAsync(url), 5, int.MaxValue);

            Assert.False(await users.AnyAsync(Token));
        }
    }

    [Fact]
    public async Task A_read_whose_new_connection_is_closed_too_is_an_outage()
    {
        var url = await PostgresServer.CreateDatabaseAsync();
        await using var database = new Database(DatabaseUrl.Parse(url));
        await new Migrator(database, TimeProvider.System).MigrateAsync(Token);
        var attempts = 0;

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.ReadAsync(
            As.Job, async session =>
            {
                attempts++;
                await CloseAllAsync(url);
                return await session.FirstAsync<long>("accounts/count_users");
            },
            Token));

        Assert.Equal(2, attempts);
    }

    private static async Task FillPoolAsync(Database database, int count)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => database.OpenAsync(Token)));
        foreach (var connection in open)
        {
            await connection.DisposeAsync();
        }
    }

    // On a connection of its own, outside the pool; answers how many it closed.
    private static async Task<int> CloseAllAsync(string url)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse(url).ConnectionString) { Pooling = false }.ConnectionString);
        return (await connection.QueryAsync<bool>(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")).Count();
    }
}
