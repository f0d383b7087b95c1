using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Accounts;

public abstract class AuditTests(AccountsApp fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_user_does_is_told_with_who_when_where_from_before_and_after()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        using var user = await app.SignInAsync(email);
        user.DefaultRequestHeaders.UserAgent.ParseAdd("audit-test/1.0");
        user.DefaultRequestHeaders.Add("X-Request-Id", "request-of-the-audit");
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        using var created = await user.PostAsJsonAsync(
            "/v1/alerts", new { name = "First", condition_json = new { type = "series", series_id = "AUDIT", op = ">", value = 1 } }, Token);
        var alert = (await created.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString();
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var at = app.Clock.GetUtcNow();
        using var patched = await user.PatchAsJsonAsync($"/v1/alerts/{alert}", new { name = "Second" }, Token);
        await patched.JsonAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using var deleted = await user.DeleteAsync($"/v1/alerts/{alert}", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        var rows = await RowsAsync(user, "/v1/audit");
        Assert.Equal(["delete_alert", "change_alert", "create_alert", "login"], rows.Select(row => Text(row, "action")));
        var change = rows[1];
        Assert.Equal(
            (id, "alert", alert, "request-of-the-audit", "127.0.0.1", "audit-test/1.0"),
            (Text(change, "user_id"), Text(change, "resource_type"), Text(change, "resource_id"), Text(change, "request_id"), Text(change, "ip_address"), Text(change, "user_agent")));
        Assert.Equal(at, change.GetProperty("timestamp").GetDateTimeOffset());
        var details = change.GetProperty("details");
        Assert.Equal(("First", "Second"), (Text(details.GetProperty("before"), "name"), Text(details.GetProperty("after"), "name")));
        Assert.Equal("Second", Text(rows[0].GetProperty("details").GetProperty("before"), "name"));
    }

    [Fact]
    public async Task It_tells_which_session_or_key_acted()
    {
        var app = await fixture.StartedAsync();
        using var user = await app.SignInAsNewAsync("USER");
        using var made = await user.PostAsJsonAsync("/auth/api-keys", new { name = "program" }, Token);
        var key = await made.JsonAsync(HttpStatusCode.Created);
        using var program = new HttpClient { BaseAddress = app.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", Text(key, "key"));
        using var sessions = await user.GetAsync("/auth/sessions", Token);
        var session = Text((await sessions.JsonAsync(HttpStatusCode.OK)).GetProperty("items")[0], "id");

        foreach (var client in new[] { user, program })
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            using var created = await client.PostAsJsonAsync(
                "/v1/alerts", new { condition_json = new { type = "series", series_id = "AUDIT", op = ">", value = 1 } }, Token);
            await created.JsonAsync(HttpStatusCode.Created);
        }

        Assert.Equal([$"key:{Text(key, "id")}", $"session:{session}"], (await RowsAsync(user, "/v1/audit?action=create_alert")).Select(row => Text(row, "credential")));
    }

    [Fact]
    public async Task Whoever_writes_the_database_replaces_no_row_and_revives_nothing_that_was_revoked()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        using var user = await app.SignInAsync(email);
        using var made = await user.PostAsJsonAsync("/auth/api-keys", new { name = "program" }, Token);
        await made.JsonAsync(HttpStatusCode.Created);
        await app.PatchUserAsync(id, new { is_active = false });

        foreach (var sql in new[] { "UPDATE sessions SET ended_at = NULL WHERE user_id = @id", "UPDATE api_keys SET revoked_at = NULL WHERE user_id = @id" })
        {
            var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => app.WriteAsync(sql, new { id = Guid.Parse(id) }));
            Assert.Contains("stays revoked", refusal.Message, StringComparison.Ordinal);
        }
        if (app.DatabaseUrl is null)
        {
            await app.WriteAsync("INSERT OR REPLACE INTO audit_log SELECT id, at, user_id, 'forged', resource_type, resource_id, details, request_id, ip_address, user_agent, credential FROM audit_log WHERE user_id = @id", new { id = Guid.Parse(id) });
            Assert.Equal(0, await app.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'forged'"));
        }
    }

    [Fact]
    public async Task An_admin_sees_all_others_their_own()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("MANAGER");
        using var user = await app.SignInAsync(email);
        using var other = await app.SignInAsNewAsync("USER");
        using var admin = await app.SignInAsync();
        await app.PatchUserAsync(id, new { role = "USER" });

        Assert.Equal(["login"], (await RowsAsync(user, "/v1/audit")).Select(row => Text(row, "action")));
        Assert.Empty(await RowsAsync(other, $"/v1/audit?user_id={id}"));
        Assert.Equal(["login"], (await RowsAsync(admin, $"/v1/audit?user_id={id}")).Select(row => Text(row, "action")));
        var change = (await RowsAsync(admin, "/v1/audit?action=change_user")).First(row => Text(row, "resource_id") == id);
        Assert.Equal("""{"after":{"is_active":true,"role":"USER"},"before":{"is_active":true,"role":"MANAGER"}}""", change.GetProperty("details").GetRawText());
        var now = app.Clock.GetUtcNow().UtcDateTime;
        Assert.Empty(await RowsAsync(admin, $"/v1/audit?user_id={id}&to={now:O}"));
        Assert.Single(await RowsAsync(admin, $"/v1/audit?user_id={id}&from={now:O}"));
    }

    [Theory]
    [InlineData("user_id=7")]
    [InlineData("action=nothing")]
    [InlineData("from=yesterday")]
    public async Task A_bad_filter_is_refused(string query)
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();

        using var response = await admin.GetAsync($"/v1/audit?{query}", Token);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Theory]
    [InlineData("UPDATE audit_log SET action = 'nothing'")]
    [InlineData("DELETE FROM audit_log")]
    public async Task Nobody_changes_it_afterwards(string sql)
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();

        var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => app.WriteAsync(sql));

        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_is_not_kept_for_it_may_be_a_password()
    {
        var app = await fixture.StartedAsync();

        using var response = await app.LoginAsync("my.secret.password@in.the.wrong.field", "x");

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE details LIKE '%secret%' OR resource_id LIKE '%secret%'"));
        Assert.NotEqual(0, await app.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE user_id IS NULL AND action = 'login_failed'"));
    }

    private static async Task<List<JsonElement>> RowsAsync(HttpClient client, string path) =>
        [.. (await client.GetAsync(path, HttpStatusCode.OK))["items"].EnumerateArray()];

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();
}

public sealed class AuditOnSqliteTests(SqliteApp app) : AuditTests(app), IClassFixture<SqliteApp>;

public sealed class AuditOnPostgresTests(PostgresApp app) : AuditTests(app), IClassFixture<PostgresApp>;
