using System.Net;

using Dapper;

using DawsOS.Harness;
using DawsOS.Patterns;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Series;

/// <summary>A pack reads the same for ever, whatever comes after it.</summary>
public abstract class SeriesPackTests(PatternApp fixture)
{
    private PackStore Packs => fixture.App.Services.GetRequiredService<PackStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revisions_and_late_dates_after_the_pack_change_nothing_in_it()
    {
        var id = await fixture.IngestAsync(1980, 1, 2, 3);
        var pack = await PackAsync(1980, 20);

        await fixture.ReviseAsync(id, 1980, 1, 20, 3, 4);
        var later = await PackAsync(1980, 20);

        Assert.Equal([1, 2, 3], await ReadAsync(pack, id, 10));
        Assert.Equal([2, 3], await ReadAsync(pack, id, 2));
        Assert.Equal([1, 20, 3, 4], await ReadAsync(later, id, 10));
        Assert.Equal([20, 3, 4], await ReadAsync(later, id, 3));
        Assert.Equal(pack, SeriesPack.Parse(pack.Id));
    }

    [Fact]
    public async Task The_pack_date_is_the_greatest_observation_date_up_to_the_asof_date_over_all_series()
    {
        // One series ends before the asof date, the other goes on after it and has a gap there.
        await fixture.IngestAsync(1981, 1, 2, 3);
        var long1 = await fixture.IngestAsync(1982, 1, 2);
        await fixture.Http.CallAsync($"/v1/series/{long1}/observations", new { observations = new[] { new { date = "1981-01-05", value = 1 } } });

        Assert.Equal(new DateOnly(1981, 1, 3), (await PackAsync(1981, 3)).Date);
        Assert.Equal(new DateOnly(1981, 1, 5), (await PackAsync(1981, 4)).Date);
        Assert.Equal(new DateOnly(1981, 1, 5), (await PackAsync(1981, 300)).Date);
        Assert.Null(await Packs.FindAsync(DateOnly.MinValue, Token));
    }

    [Fact]
    public async Task A_series_of_someone_elses_portfolio_is_as_if_it_were_not_there()
    {
        var portfolio = Guid.CreateVersion7();
        var series = $"metric:{portfolio:D}:twr_1d";
        using var owner = await fixture.App.SignInAsNewAsync("USER");
        using var stranger = await fixture.App.SignInAsNewAsync("USER");
        var ownerId = (await owner.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
        await using (var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(Token))
        {
            await connection.ExecuteAsync("INSERT INTO portfolios (id, user_id, name) VALUES (@portfolio, @ownerId, 'Test')", new { portfolio, ownerId });
            await connection.ExecuteAsync(
                "INSERT INTO observations (series_id, date, tick, value, recorded_at) VALUES (@series, @date, 1, @value, @now)",
                new { series, date = new DateOnly(1999, 1, 4), value = 5m, now = fixture.App.Clock.GetUtcNow() });
        }
        await fixture.IngestAsync(1999, 1, 2, 3, 4);
        var body = new { pattern_id = "market_snapshot", inputs = new { series_ids = new[] { series } }, asof_date = "1999-01-04" };

        Assert.Equal(1, Count(await owner.CallAsync("/v1/execute", body)));
        await stranger.CallAsync("/v1/execute", body, HttpStatusCode.NotFound);

        static int Count(Answer answer) => answer["result"].GetProperty("data").GetProperty("stats")[0].GetProperty("count").GetInt32();
    }

    [Fact]
    public async Task The_last_observations_are_read_along_the_primary_key()
    {
        var database = fixture.App.Services.GetRequiredService<Database>();
        var explain = database.Dialect == Dialect.Postgres ? "EXPLAIN (FORMAT TEXT) " : "EXPLAIN QUERY PLAN ";
        await using var connection = await database.OpenAsync(Token);
        if (database.Dialect == Dialect.Postgres)
        {
            await connection.ExecuteAsync("""
                INSERT INTO observations SELECT 'PLAN' || s, date '1900-01-01' + d, 0, d, now() FROM generate_series(1, 5) s, generate_series(1, 20000) d;
                ANALYZE observations
                """);
        }

        var plan = string.Join('\n', (await connection.QueryAsync(
            explain + Sql.Get(database.Dialect, "series/read_last_observations"),
            new { seriesId = "PLAN1", Date = new DateOnly(2100, 1, 1), Tick = 5L, count = 252 })).Select(row => string.Join(' ', ((IDictionary<string, object>)row).Values)));

        Assert.DoesNotContain("SCAN o", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    private async Task<SeriesPack> PackAsync(int year, int day) => (await Packs.FindAsync(new DateOnly(year, 1, 1).AddDays(day), Token))!;

    private async Task<decimal[]> ReadAsync(SeriesPack pack, string id, int count)
    {
        var caller = new Accounts.Caller(Guid.CreateVersion7(), Accounts.Role.User);
        return [.. (await Packs.ReadLastAsync(pack, caller, [id], count, Token))[0].Values];
    }
}

public sealed class SeriesPackOnSqliteTests(SqlitePatternApp fixture) : SeriesPackTests(fixture), IClassFixture<SqlitePatternApp>;

public sealed class SeriesPackOnPostgresTests(PostgresPatternApp fixture) : SeriesPackTests(fixture), IClassFixture<PostgresPatternApp>;
