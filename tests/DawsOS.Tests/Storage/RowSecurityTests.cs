using System.Net;
using System.Net.Http.Json;

using Dapper;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

namespace DawsOS.Storage;

/// <summary>The second wall: what a connection in the role of users sees, whatever it asks.</summary>
public sealed class RowSecurityTests(RowSecurityFixture fixture) : IClassFixture<RowSecurityFixture>
{
    // What everybody may see, or only the program's own login.
    private static readonly string[] Shared =
    [
        "tick_counter", "series", "observations", "ingests", "series_ticks", "schema_migrations", "orleansquery", "orleansstorage", "orleansreminderstable",
        "orleansmembershipversiontable", "orleansmembershiptable",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_table_has_forced_policies_or_is_meant_to_be_shared()
    {
        await using var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(Token);

        var open = await connection.QueryAsync<string>(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT (relrowsecurity AND relforcerowsecurity)");

        Assert.Equal(Shared.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_user_sees_own_rows_of_every_table_and_no_others()
    {
        List<string> wrong = [];
        foreach (var (table, owner) in Owners)
        {
            var (own, all) = (await CountAsync(As.Job, $"{table} t WHERE {owner} = '{fixture.Ann}'"), await CountAsync(As.Job, table));
            var seen = await CountAsync(As.User(new Caller(fixture.Ann, Role.User)), table);
            if (own == 0 || own == all || seen != own)
            {
                wrong.Add($"{table}: sees {seen}, owns {own} of {all}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Nothing_is_tested_less_than_there_is()
    {
        await using var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(Token);
        var guarded = await connection.QueryAsync<string>("SELECT relname FROM pg_class WHERE relkind = 'r' AND relforcerowsecurity");

        Assert.Equal(guarded.Order(StringComparer.Ordinal), Owners.Select(owner => owner.Table).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE alerts SET name = 'stolen' WHERE user_id = @bob")]
    [InlineData("UPDATE notifications SET read_at = now() WHERE user_id = @bob")]
    [InlineData("UPDATE users SET role = 'ADMIN' WHERE id = @bob")]
    [InlineData("UPDATE api_keys SET key_hash = 'mine' WHERE user_id = @bob")]
    [InlineData("UPDATE sessions SET ended_at = now() WHERE user_id = @bob")]
    [InlineData("DELETE FROM alert_leaves WHERE alert_id IN (SELECT id FROM alerts WHERE user_id = @bob)")]
    public async Task A_user_changes_nothing_of_anothers(string sql)
    {
        Assert.Equal(0, await ExecuteAsync(As.User(new Caller(fixture.Ann, Role.User)), sql, new { bob = fixture.Bob }));
    }

    [Theory]
    [InlineData("UPDATE alerts SET user_id = @bob")]
    [InlineData("INSERT INTO user_channels (user_id, time_zone, email_enabled, updated_at) VALUES (@bob, 'UTC', true, now())")]
    [InlineData("INSERT INTO api_keys (id, user_id, name, key_hash, created_at) VALUES (gen_random_uuid(), @bob, 'mine', 'x', now())")]
    [InlineData("INSERT INTO audit_log (id, at, user_id, action, resource_type, resource_id, details, request_id, ip_address, user_agent) VALUES (gen_random_uuid(), now(), @bob, 'login', '', '', '', '', '', '')")]
    [InlineData("UPDATE users SET role = 'ADMIN'")]
    [InlineData("UPDATE users SET is_active = false")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("DELETE FROM firings")]
    [InlineData("INSERT INTO observations (series_id, date, tick, value, recorded_at) VALUES ('X', '2026-01-01', 1, 1, now())")]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("ALTER TABLE alerts DISABLE ROW LEVEL SECURITY")]
    public async Task What_is_not_the_users_business_is_refused(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(As.User(new Caller(fixture.Ann, Role.User)), sql, new { bob = fixture.Bob }));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task An_admin_sees_what_admins_administrate_and_no_alerts_of_others()
    {
        var admin = As.User(new Caller(fixture.Admin, Role.Admin));
        foreach (var table in new[] { "users", "sessions", "portfolios", "runs", "audit_log", "alert_dlq" })
        {
            Assert.Equal(await CountAsync(As.Job, table), await CountAsync(admin, table));
        }
        Assert.Equal(0, await CountAsync(admin, "alerts"));
        Assert.Equal(0, await CountAsync(admin, "notifications"));
    }

    [Fact]
    public async Task A_connection_that_says_no_user_sees_nothing()
    {
        await using var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await connection.ExecuteAsync("SET LOCAL ROLE dawsos_app", transaction: transaction);

        foreach (var (table, _) in Owners)
        {
            Assert.Equal(0, await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}", transaction: transaction));
        }
    }

    [Fact]
    public async Task What_reads_cannot_write()
    {
        var database = fixture.App.Services.GetRequiredService<Database>();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ReadAsync(
            As.Job, session => session.ExecuteAsync("accounts/record_login", new { Id = fixture.Ann, Now = DateTimeOffset.UnixEpoch }), Token));

        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refusal.SqlState);
    }

    [Fact]
    public async Task The_role_ends_with_its_transaction_and_does_not_stay_on_the_connection()
    {
        var database = fixture.App.Services.GetRequiredService<Database>();
        await CountAsync(As.User(new Caller(fixture.Ann, Role.User)), "alerts");

        await using var connection = await database.OpenAsync(Token);

        Assert.Equal(("", ""), await connection.QuerySingleAsync<(string, string)>(
            "SELECT coalesce(nullif(current_setting('role'), 'none'), ''), coalesce(current_setting('app.user_id', true), '')"));
    }

    private static IReadOnlyList<(string Table, string Owner)> Owners =>
    [
        ("users", "t.id"), ("sessions", "t.user_id"), ("refresh_tokens", "t.user_id"), ("api_keys", "t.user_id"), ("portfolios", "t.user_id"), ("runs", "t.user_id"),
        ("alerts", "t.user_id"), ("firings", "t.user_id"), ("alert_deliveries", "t.user_id"), ("notifications", "t.user_id"), ("alert_dlq", "t.user_id"),
        ("user_channels", "t.user_id"), ("audit_log", "t.user_id"),
        ("alert_leaves", OfAlert), ("alert_versions", OfAlert), ("alert_suppressions", OfAlert), ("alert_evaluation_errors", OfAlert),
        ("delivery_attempts", "(SELECT user_id FROM alert_deliveries d WHERE d.id = t.delivery_id)"),
    ];

    private const string OfAlert = "(SELECT user_id FROM alerts a WHERE a.id = t.alert_id)";

    private Task<long> CountAsync(As who, string from) => InAsync(
        who, (connection, transaction) => connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {from}", transaction: transaction));

    private Task<int> ExecuteAsync(As who, string sql, object args) => InAsync(
        who, (connection, transaction) => connection.ExecuteAsync(sql, args, transaction));

    // By hand and rolled back: what the policies do is not told by the code that enters them.
    private async Task<T> InAsync<T>(As who, Func<System.Data.Common.DbConnection, System.Data.Common.DbTransaction, Task<T>> work)
    {
        await using var connection = await fixture.App.Services.GetRequiredService<Database>().OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await connection.ExecuteAsync($"SET LOCAL ROLE {who.DatabaseRole}", transaction: transaction);
        await connection.ExecuteAsync(
            "SELECT set_config('app.user_id', @UserId, true), set_config('app.user_role', @UserRoleName, true)", new { who.UserId, who.UserRoleName }, transaction);
        return await work(connection, transaction);
    }
}

/// <summary>A program on Postgres in which Ann and Bob have rows of every kind.</summary>
public sealed class RowSecurityFixture : IAsyncLifetime
{
    private DawsApp? _app;

    internal DawsApp App => _app!;

    internal Guid Ann { get; private set; }

    internal Guid Bob { get; private set; }

    internal Guid Admin { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _app = await DawsApp.StartAsync(Dialect.Postgres);
        (Ann, Bob) = (await MakeAsync("ANN"), await MakeAsync("BOB"));
        using var admin = await _app.SignInAsync();
        Admin = (await admin.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _app?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async Task<Guid> MakeAsync(string series)
    {
        using var user = await _app!.SignInAsNewAsync("MANAGER");
        var id = (await user.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
        await PostAsync(user, "/auth/api-keys", new { name = "key" });
        using var made = await user.PostAsJsonAsync("/v1/alerts", new
        {
            condition_json = new { type = "series", series_id = series, op = ">", value = 1 },
            channels = new { inapp = true, email = true },
        });
        var alert = (await made.JsonAsync(HttpStatusCode.Created)).GetProperty("id");
        using var channels = await user.PutAsJsonAsync("/v1/me/channels", new { time_zone = "UTC" });
        channels.EnsureSuccessStatusCode();
        // Fires, and is stopped by the cooldown.
        await PostAsync(user, $"/v1/series/{series}/observations", new { observations = new[] { new { date = "2026-02-27", value = 2 } } });
        await PostAsync(user, $"/v1/alerts/{alert}/evaluate", new { });
        await PostAsync(user, "/v1/execute", new { pattern_id = "market_snapshot", inputs = new { series_ids = new[] { series } } });
        using var runs = await user.GetAsync("/v1/runs");
        await _app.WriteAsync("INSERT INTO portfolios (id, user_id, name) VALUES (gen_random_uuid(), @id, 'mine')", new { id });
        await _app.WriteAsync("INSERT INTO alert_evaluation_errors (alert_id, at, error) SELECT id, now(), 'x' FROM alerts WHERE user_id = @id", new { id });
        await _app.WriteAsync("INSERT INTO delivery_attempts (delivery_id, number, started_at, outcome) SELECT id, 1, now(), 'started' FROM alert_deliveries WHERE user_id = @id AND channel = 'email'", new { id });
        return id;
    }

    private static async Task PostAsync(HttpClient user, string path, object body)
    {
        using var response = await user.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
