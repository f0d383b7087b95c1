using Dapper;

using DawsOS.Harness;

namespace DawsOS.Storage;

/// <summary>Transactions that Postgres ends so that another can go on: whoever wrote them hears nothing of it.</summary>
public sealed class LostRaceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_writes_that_lock_each_other_out_one_is_made_again_and_both_are_stored()
    {
        await using var database = await NewAsync();
        await database.WriteAsync(As.Job, session => session.ExecuteAsync("series/ensure_series", new { ids = session.Rows(["A", "B"]) }), Token);
        var (hasA, hasB) = (new TaskCompletionSource(), new TaskCompletionSource());
        var attempts = 0;

        var ticks = await Task.WhenAll(WriteAsync("A", hasA, "B", hasB), WriteAsync("B", hasB, "A", hasA));

        Assert.Equal([1, 2], ticks.Order());
        Assert.Equal(3, attempts);

        Task<long> WriteAsync(string first, TaskCompletionSource has, string second, TaskCompletionSource hasOther) => database.WriteAsync(
            As.Job, async session =>
            {
                Interlocked.Increment(ref attempts);
                await session.QueryAsync<string>("series/lock_series", new { ids = session.Rows([first]) });
                has.TrySetResult();
                await hasOther.Task.WaitAsync(Token);
                await session.QueryAsync<string>("series/lock_series", new { ids = session.Rows([second]) });
                return await session.FirstAsync<long>("series/take_tick");
            },
            Token);
    }

    [Fact]
    public async Task A_write_that_cannot_be_put_in_order_is_made_again()
    {
        await using var database = await NewAsync();
        await using (var connection = await database.OpenAsync(Token))
        {
            // A sequence keeps what a rolled back transaction took, so only the first one fails.
            await connection.ExecuteAsync("""
                CREATE SEQUENCE tries;
                CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
                BEGIN
                    IF nextval('tries') = 1 THEN
                        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = 'serialization_failure';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER fail_once BEFORE UPDATE ON tick_counter FOR EACH ROW EXECUTE FUNCTION fail_once()
                """);
        }

        Assert.Equal(1, await database.WriteAsync(As.Job, session => session.FirstAsync<long>("series/take_tick"), Token));
    }

    private static async Task<Database> NewAsync()
    {
        var database = new Database(DatabaseUrl.Parse(await PostgresServer.CreateDatabaseAsync()));
        await new Migrator(database, TimeProvider.System).MigrateAsync(Token);
        return database;
    }
}
