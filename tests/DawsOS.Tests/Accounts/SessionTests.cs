using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Accounts;

public abstract class SessionTests(AccountsApp fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refresh_token_is_exchanged_for_the_next_ones_once()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);

        using var response = await RefreshAsync(app, login);

        var renewed = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(login.EnumerateObject().Select(member => member.Name), renewed.EnumerateObject().Select(member => member.Name));
        Assert.NotEqual(Text(login, "refresh_token"), Text(renewed, "refresh_token"));
        Assert.StartsWith("dr_", Text(renewed, "refresh_token"), StringComparison.Ordinal);
        await OpensAsync(app, renewed, true);
        // The first access token is as good as before: it is of the same session.
        await OpensAsync(app, login, true);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_used_refresh_token_that_comes_back_ends_its_session_for_both()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);
        var other = await LoginAsync(app, Email(login));
        using var first = await RefreshAsync(app, login);
        var renewed = await first.JsonAsync(HttpStatusCode.OK);

        using var again = await RefreshAsync(app, login);

        await again.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await OpensAsync(app, renewed, false);
        await OpensAsync(app, login, false);
        using var thief = await RefreshAsync(app, renewed);
        await thief.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await OpensAsync(app, other, true);
        Assert.Equal(1, await app.ScalarAsync<long>(
            "SELECT count(*) FROM audit_log WHERE action = 'refresh_reused' AND user_id = @id", new { id = Guid.Parse(UserId(login)) }));
    }

    [Fact]
    public async Task Of_many_that_show_the_same_refresh_token_at_once_one_gets_the_next()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var response = await RefreshAsync(app, login);
            return response.StatusCode;
        }));

        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(status => status == HttpStatusCode.Unauthorized));
        await OpensAsync(app, login, false);
    }

    [Fact]
    public async Task A_refresh_token_is_good_for_a_day_and_a_session_for_a_month_of_days()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);
        var late = await LoginAsync(app, Email(login));
        app.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        using var inTime = await RefreshAsync(app, login);
        var renewed = await inTime.JsonAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using var tooLate = await RefreshAsync(app, late);
        await tooLate.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");

        for (var day = 1; day < 30; day++)
        {
            app.Clock.Advance(TimeSpan.FromHours(23));
            using var response = await RefreshAsync(app, renewed);
            renewed = await response.JsonAsync(HttpStatusCode.OK);
        }
        app.Clock.Advance(TimeSpan.FromHours(24));
        using var afterMonth = await RefreshAsync(app, renewed);
        app.Clock.Advance(TimeSpan.FromHours(24));
        using var afterLast = await RefreshAsync(app, renewed);

        await afterLast.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("dr_unknown")]
    [InlineData("")]
    [InlineData("' OR 1=1 --")]
    public async Task What_is_no_refresh_token_is_refused(string token)
    {
        var app = await fixture.StartedAsync();

        using var response = await app.Http.PostAsJsonAsync("/auth/refresh", new { refresh_token = token }, Token);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_logout_ends_access_and_refresh_at_once_and_nothing_else()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);
        var other = await LoginAsync(app, Email(login));
        using var client = Client(app, login);

        using var response = await client.PostAsJsonAsync("/auth/logout", new { refresh_token = Text(login, "refresh_token") }, Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await OpensAsync(app, login, false);
        using var refresh = await RefreshAsync(app, login);
        await refresh.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await OpensAsync(app, other, true);
    }

    [Fact]
    public async Task Nobody_logs_another_out()
    {
        var app = await fixture.StartedAsync();
        var (victim, attacker) = (await LoginAsync(app), await LoginAsync(app));
        using var client = Client(app, attacker);

        using var response = await client.PostAsJsonAsync("/auth/logout", new { refresh_token = Text(victim, "refresh_token") }, Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await OpensAsync(app, victim, true);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_by_their_owner_only()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);
        var other = await LoginAsync(app, Email(login));
        var stranger = await LoginAsync(app);
        using var client = Client(app, login);
        using var strange = Client(app, stranger);

        var sessions = (await client.GetAsync("/auth/sessions", HttpStatusCode.OK))["items"].EnumerateArray().ToList();
        Assert.Equal(2, sessions.Count);
        var elsewhere = Assert.Single(sessions, session => !session.GetProperty("current").GetBoolean());
        Assert.All(sessions, session => Assert.Equal("127.0.0.1", session.GetProperty("ip_address").GetString()));
        var id = elsewhere.GetProperty("id").GetString();

        using var foreign = await strange.DeleteAsync($"/auth/sessions/{id}", Token);
        await foreign.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await OpensAsync(app, other, true);
        using var ended = await client.DeleteAsync($"/auth/sessions/{id}", Token);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await OpensAsync(app, other, false);
        using var twice = await client.DeleteAsync($"/auth/sessions/{id}", Token);
        await twice.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Who_was_switched_off_and_on_again_has_to_sign_in_again()
    {
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);

        await app.PatchUserAsync(UserId(login), new { is_active = false });
        using var off = await RefreshAsync(app, login);
        await off.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await app.PatchUserAsync(UserId(login), new { is_active = true });

        await OpensAsync(app, login, false);
        await OpensAsync(app, await LoginAsync(app, Email(login)), true);
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions()
    {
        const string Changed = "another horse, another battery";
        var app = await fixture.StartedAsync();
        var login = await LoginAsync(app);
        var other = await LoginAsync(app, Email(login));
        using var client = Client(app, login);

        using var response = await client.PostAsJsonAsync("/auth/password", new { current_password = AccountCalls.Password, new_password = Changed }, Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await OpensAsync(app, login, true);
        await OpensAsync(app, other, false);
        using var old = await app.LoginAsync(Email(login), AccountCalls.Password);
        await old.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        using var now = await app.LoginAsync(Email(login), Changed);
        await now.JsonAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("wrong password", "another horse, another battery", "/current_password")]
    [InlineData(AccountCalls.Password, "short", "/new_password")]
    [InlineData(AccountCalls.Password, "PasswordPassword", "/new_password")]
    [InlineData(AccountCalls.Password, "qwerty123456", "/new_password")]
    [InlineData(AccountCalls.Password, "!!Password2024", "/new_password")]
    public async Task A_password_that_cannot_be_taken_is_told_where(string current, string next, string pointer)
    {
        var app = await fixture.StartedAsync();
        using var client = Client(app, await LoginAsync(app));

        using var response = await client.PostAsJsonAsync("/auth/password", new { current_password = current, new_password = next }, Token);

        Assert.Equal([pointer], (await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed")).Pointers());
    }

    internal static async Task<JsonElement> LoginAsync(DawsApp app, string? email = null)
    {
        using var response = await app.LoginAsync(email ?? (await app.NewUserAsync("USER")).Email, AccountCalls.Password);
        return await response.JsonAsync(HttpStatusCode.OK);
    }

    internal static HttpClient Client(DawsApp app, JsonElement login)
    {
        var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Text(login, "access_token"));
        return client;
    }

    private static Task<HttpResponseMessage> RefreshAsync(DawsApp app, JsonElement login) =>
        app.Http.PostAsJsonAsync("/auth/refresh", new { refresh_token = Text(login, "refresh_token") }, Token);

    private static async Task OpensAsync(DawsApp app, JsonElement login, bool expected)
    {
        using var response = await app.GetAsync("/auth/me", Text(login, "access_token"));
        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static string Text(JsonElement login, string name) => login.GetProperty(name).GetString()!;

    private static string Email(JsonElement login) => Text(login.GetProperty("user"), "email");

    private static string UserId(JsonElement login) => Text(login.GetProperty("user"), "id");
}

public sealed class SessionOnSqliteTests(SqliteApp app) : SessionTests(app), IClassFixture<SqliteApp>;

public sealed class SessionOnPostgresTests(PostgresApp app) : SessionTests(app), IClassFixture<PostgresApp>;
