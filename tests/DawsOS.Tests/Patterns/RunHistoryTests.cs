using System.Net;
using System.Text.Json;

using Dapper;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>What is kept of a run, for how long, and what becomes of the rows of silos that are gone.</summary>
public abstract class RunHistoryTests(PatternApp fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_interactive_run_has_its_row_and_its_audit_entry_as_soon_as_it_has_its_answer()
    {
        await fixture.IngestAsync(2024, 1m);
        var answer = await fixture.ExecuteAsync(new { pattern_id = "t_echo", inputs = new { v = "a" } });
        var runId = answer["metadata"].GetProperty("run_id").GetString()!;

        var run = await fixture.Http.GetAsync($"/v1/runs/{runId}", HttpStatusCode.OK);

        Assert.Equal("succeeded", run["status"].GetString());
        Assert.Equal(answer["result"].GetProperty("trace").GetProperty("result_digest").GetString(), run["result_digest"].GetString());
        var audited = Assert.Single(
            (await fixture.Http.GetAsync("/v1/audit?action=execute_pattern&limit=200", HttpStatusCode.OK))["items"].EnumerateArray(),
            row => row.GetProperty("details").GetProperty("run_id").GetString() == runId).GetProperty("details");
        Assert.Equal("""["v"]""", audited.GetProperty("input_keys").GetRawText());
        Assert.True(audited.GetProperty("require_fresh").GetBoolean());
        Assert.Equal(JsonValueKind.Null, audited.GetProperty("portfolio_id").ValueKind);
        Assert.InRange(audited.GetProperty("duration_ms").GetDouble(), 0, 60_000);
        // Ended: a cancel changes nothing.
        var cancelled = await fixture.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/runs/{runId}", null, HttpStatusCode.OK);
        Assert.Equal("succeeded", cancelled["status"].GetString());
    }

    [Fact]
    public async Task Runs_of_a_silo_that_is_gone_are_failed_and_those_past_their_retention_are_forgotten()
    {
        await fixture.IngestAsync(2024, 1m);
        var old = (await fixture.ExecuteAsync(new { pattern_id = "t_echo", inputs = new { v = "old" } }))["metadata"].GetProperty("run_id").GetString()!;
        await fixture.Http.GetAsync($"/v1/runs/{old}", HttpStatusCode.OK);
        var owner = (await fixture.Http.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
        var (lost, mine) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await InsertRunningAsync(lost, owner, "10.0.0.1:11111@1");
        await InsertRunningAsync(mine, owner, fixture.App.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString());
        var sweeper = fixture.App.Services.GetRequiredService<RunSweeper>();

        await sweeper.RunOnceAsync(Token);
        var statuses = await fixture.App.ScalarAsync<string>(
            "SELECT max(CASE WHEN id = @lost THEN status END) || ' ' || max(CASE WHEN id = @mine THEN status END) FROM runs", new { lost, mine });
        await ExecuteSqlAsync("UPDATE runs SET started_at = @then WHERE id = @id", new { then = fixture.App.Clock.GetUtcNow().AddDays(-31), id = Guid.Parse(old) });
        await sweeper.RunOnceAsync(Token);

        Assert.Equal("failed running", statuses);
        await fixture.Http.GetAsync($"/v1/runs/{old}", HttpStatusCode.NotFound);
        Assert.Equal("silo_lost", (await fixture.Http.GetAsync($"/v1/runs/{lost}", HttpStatusCode.OK))["problem"].GetProperty("error").GetString());
    }

    private Task InsertRunningAsync(Guid id, Guid owner, string silo) => ExecuteSqlAsync(
        """
        INSERT INTO runs (id, user_id, pattern_id, status, request_hash, attempt, silo, request_id, pricing_pack_id, asof_date, started_at)
        VALUES (@id, @owner, 't_echo', 'running', 'h', 1, @silo, 'r', 'p', @day, @at)
        """,
        new { id, owner, silo, day = new DateOnly(2026, 1, 1), at = fixture.App.Clock.GetUtcNow().AddMinutes(-5) });

    private async Task ExecuteSqlAsync(string sql, object args)
    {
        await using var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(Token);
        await connection.ExecuteAsync(sql, args);
    }
}

public sealed class RunHistoryOnSqliteTests(SqlitePatternApp fixture) : RunHistoryTests(fixture), IClassFixture<SqlitePatternApp>;

public sealed class RunHistoryOnPostgresTests(PostgresPatternApp fixture) : RunHistoryTests(fixture), IClassFixture<PostgresPatternApp>;
