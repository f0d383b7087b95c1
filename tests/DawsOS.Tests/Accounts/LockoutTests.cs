using System.Net;
using System.Net.Http.Json;

using DawsOS.Harness;

namespace DawsOS.Accounts;

public abstract class LockoutTests(AccountsApp fixture)
{
    [Fact]
    public async Task Five_wrong_passwords_lock_for_half_an_hour_and_say_nothing_of_it()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        for (var failure = 1; failure <= 5; failure++)
        {
            await RefusedAsync(app, email, "wrong password");
        }

        await RefusedAsync(app, email, AccountCalls.Password);
        app.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        await RefusedAsync(app, email, AccountCalls.Password);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await app.LoginAsync(email, AccountCalls.Password);

        await later.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((5, 2, 1), (
            await CountAsync(app, id, AuditActions.LoginFailed), await CountAsync(app, id, AuditActions.LoginLocked), await CountAsync(app, id, AuditActions.Login)));
    }

    [Fact]
    public async Task A_good_password_begins_the_count_anew()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");
        for (var round = 0; round < 3; round++)
        {
            for (var failure = 1; failure <= 4; failure++)
            {
                await RefusedAsync(app, email, "wrong password");
            }
            using var good = await app.LoginAsync(email, AccountCalls.Password);
            await good.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Guesses_that_come_all_at_once_are_no_more_than_five()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => RefusedAsync(app, email, $"guess number {n}")));

        Assert.Equal((5, 3), (await CountAsync(app, id, AuditActions.LoginFailed), await CountAsync(app, id, AuditActions.LoginLocked)));
        await RefusedAsync(app, email, AccountCalls.Password);
    }

    [Fact]
    public async Task Many_good_logins_at_once_are_all_good()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var response = await app.LoginAsync(email, AccountCalls.Password);
            return response.StatusCode;
        }));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Guessing_the_current_password_to_change_it_locks_too()
    {
        var app = await fixture.StartedAsync();
        var login = await SessionTests.LoginAsync(app);
        var email = login.GetProperty("user").GetProperty("email").GetString()!;
        using var client = SessionTests.Client(app, login);
        for (var failure = 1; failure <= 5; failure++)
        {
            using var wrong = await ChangeAsync(client, "wrong password");
            await wrong.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }

        using var right = await ChangeAsync(client, AccountCalls.Password);

        await right.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await RefusedAsync(app, email, AccountCalls.Password);
        using var refresh = await app.Http.PostAsJsonAsync(
            "/auth/refresh", new { refresh_token = login.GetProperty("refresh_token").GetString() }, TestContext.Current.CancellationToken);
        await refresh.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string current) => client.PostAsJsonAsync(
        "/auth/password", new { current_password = current, new_password = "another horse, another battery" }, TestContext.Current.CancellationToken);

    private static async Task RefusedAsync(DawsApp app, string email, string password)
    {
        using var response = await app.LoginAsync(email, password);
        var problem = await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal(SignIn.Failure, problem.GetProperty("detail").GetString());
    }

    private static async Task<long> CountAsync(DawsApp app, string id, string action) => await app.ScalarAsync<long>(
        "SELECT count(*) FROM audit_log WHERE user_id = @id AND action = @action", new { id = Guid.Parse(id), action });
}

public sealed class LockoutOnSqliteTests(SqliteApp app) : LockoutTests(app), IClassFixture<SqliteApp>;

public sealed class LockoutOnPostgresTests(PostgresApp app) : LockoutTests(app), IClassFixture<PostgresApp>;
