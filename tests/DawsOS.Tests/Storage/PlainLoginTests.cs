using System.Net;
using System.Net.Http.Json;

using Dapper;

using DawsOS.Accounts;
using DawsOS.Harness;

using Npgsql;

namespace DawsOS.Storage;

/// <summary>On Postgres with a login that owns its database and is nobody's superuser, as the README asks for.</summary>
public sealed class PlainLoginTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_login_that_may_not_make_the_roles_is_told_what_to_run()
    {
        var (url, login) = await NewLoginAsync();
        await using var database = new Database(DatabaseUrl.Parse(url));

        var refusal = await Assert.ThrowsAsync<StartupException>(() => new Migrator(database, TimeProvider.System).MigrateAsync(Token));

        Assert.Contains($"GRANT dawsos_app, dawsos_job TO {login};", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_the_roles_runs_everything()
    {
        var (url, login) = await NewLoginAsync();
        await AdminAsync($"GRANT dawsos_app, dawsos_job TO {login}");
        await using var app = await DawsApp.StartAsync(Dialect.Postgres, new Dictionary<string, string> { ["DATABASE_URL"] = url });
        using var user = await app.SignInAsNewAsync("MANAGER");
        using var other = await app.SignInAsNewAsync("USER");

        using var alert = await user.PostAsJsonAsync(
            "/v1/alerts", new { condition_json = new { type = "series", series_id = "PLAIN", op = ">", value = 1 }, channels = new { inapp = true, email = true } }, Token);
        var id = (await alert.JsonAsync(HttpStatusCode.Created)).GetProperty("id");
        using var ingest = await user.PostAsJsonAsync("/v1/series/PLAIN/observations", new { observations = new[] { new { date = "2026-02-27", value = 2 } } }, Token);
        Assert.Equal(1, (await ingest.JsonAsync(HttpStatusCode.OK)).GetProperty("alerts_fired").GetInt32());

        Assert.Single((await user.GetAsync("/v1/notifications", HttpStatusCode.OK))["notifications"].EnumerateArray());
        Assert.Equal(2, (await user.GetAsync("/v1/deliveries", HttpStatusCode.OK))["total"].GetInt32());
        Assert.Equal(0, (await other.GetAsync("/v1/deliveries", HttpStatusCode.OK))["total"].GetInt32());
        using var run = await other.PostAsJsonAsync("/v1/execute", new { pattern_id = "market_snapshot", inputs = new { series_ids = Series } }, Token);
        await run.JsonAsync(HttpStatusCode.OK);
        using var admin = await app.SignInAsync();
        Assert.Equal(id.GetString(), (await admin.GetAsync("/v1/alerts/dlq", HttpStatusCode.OK))["items"].EnumerateArray().Single().GetProperty("alert_id").GetString());
        using var deleted = await user.DeleteAsync($"/v1/alerts/{id}", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        // The owner of the tables is held by the policies too, and no policy is for it.
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT (SELECT count(*) FROM alerts) + (SELECT count(*) FROM users)"));
    }

    private const string Password = "plain-login-password";
    private static readonly string[] Series = ["PLAIN"];

    private static async Task<(string Url, string Login)> NewLoginAsync()
    {
        var login = $"plain_{Guid.CreateVersion7():N}";
        var database = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        // The roles belong to the server, so that another test may have made them already.
        await AdminAsync($"CREATE ROLE {login} LOGIN PASSWORD '{Password}'");
        await AdminAsync($"ALTER DATABASE \"{database.Database}\" OWNER TO {login}");
        (database.Username, database.Password) = (login, Password);
        return (database.ConnectionString, login);
    }

    private static async Task AdminAsync(string sql)
    {
        var options = DatabaseUrl.Parse(await PostgresServer.CreateDatabaseAsync());
        await using var database = new Database(options);
        await using var connection = await database.OpenAsync(Token);
        await DatabaseRoles.EnsureAsync(connection, Token);
        await connection.ExecuteAsync(sql);
    }
}
