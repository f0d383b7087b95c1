using System.Net;
using System.Net.Http.Json;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

public abstract class UserTests(AccountsApp fixture)
{
    private static readonly Caller Admin = new(Guid.Empty, Role.Admin);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Dialect Dialect { get; }

    [Fact]
    public async Task An_admin_makes_a_user_who_can_sign_in()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();
        var email = $"Mixed.Case.{Guid.CreateVersion7():N}@Example.Test";

        using var response = await admin.PostAsJsonAsync("/auth/users", new { email, password = AccountCalls.Password, role = "VIEWER" }, Token);

        var user = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(["id", "email", "role", "is_active", "created_at"], user.EnumerateObject().Select(member => member.Name));
        Assert.Equal(email.ToLowerInvariant(), user.GetProperty("email").GetString());
        Assert.Equal("VIEWER", user.GetProperty("role").GetString());
        Assert.True(user.GetProperty("is_active").GetBoolean());
        Assert.Equal(app.Clock.GetUtcNow(), user.GetProperty("created_at").GetDateTimeOffset());
        using var client = await app.SignInAsync(email);
        using var list = await admin.GetAsync("/auth/users?limit=1000", Token);
        var listed = (await list.JsonAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray();
        Assert.Contains(user.GetRawText(), listed.Select(item => item.GetRawText()));
    }

    [Fact]
    public async Task Without_a_password_one_is_made_and_shown_once()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();
        var email = $"{Guid.CreateVersion7():N}@example.test";

        using var response = await admin.PostAsJsonAsync("/auth/users", new { email, role = "USER" }, Token);

        var password = (await response.JsonAsync(HttpStatusCode.Created)).GetProperty("password").GetString()!;
        Assert.Equal(20, password.Length);
        using var client = await app.SignInAsync(email, password);
        using var list = await admin.GetAsync("/auth/users?limit=1000", Token);
        Assert.DoesNotContain("password", await list.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_email_is_a_conflict_in_any_case_of_letters()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");
        using var admin = await app.SignInAsync();

        using var response = await admin.PostAsJsonAsync("/auth/users", new { email = email.ToUpperInvariant(), role = "USER" }, Token);

        await response.ProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Theory]
    [InlineData("""{"email":"no address","password":"short","role":"BOSS"}""", "/email /password /role")]
    [InlineData("""{"email":"a@b","password":"eleven char","role":"USER"}""", "/password")]
    [InlineData("""{"email":"a@b@c","role":"USER"}""", "/email")]
    [InlineData("""{"email":"ümlaut@example.test","role":"USER"}""", "/email")]
    [InlineData("""{"email":null,"role":null}""", "/email /role")]
    [InlineData("""{"email":"a@b","role":"user"}""", "/role")]
    [InlineData("""{"email":"a@b","role":"4"}""", "/role")]
    [InlineData("""{"email":"a@b"}""", "/role")]
    public async Task Values_that_cannot_be_accepted_are_named_by_pointer(string body, string pointers)
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();

        using var response = await admin.PostAsync("/auth/users", Json(body), Token);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(pointers, string.Join(' ', problem.Pointers()));
    }

    [Theory]
    [InlineData("{}", 400, "empty_patch")]
    [InlineData("""{"role":null,"is_active":null}""", 400, "empty_patch")]
    [InlineData("""{"role":"BOSS"}""", 422, "validation_failed")]
    [InlineData("""{"is_active":"no"}""", 400, "invalid_type")]
    [InlineData("""{"password":"new"}""", 400, "unknown_member")]
    [InlineData("{", 400, "malformed_json")]
    public async Task A_patch_that_cannot_be_applied_changes_nothing(string body, int status, string code)
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        using var admin = await app.SignInAsync();

        using var response = await admin.PatchAsync($"/auth/users/{id}", Json(body), Token);

        await response.ProblemAsync((HttpStatusCode)status, code);
        using var still = await app.SignInAsync(email);
    }

    [Fact]
    public async Task A_patch_answers_the_user_as_it_is_now_and_a_reactivated_one_may_sign_in()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        using var admin = await app.SignInAsync();

        using var off = await admin.PatchAsJsonAsync($"/auth/users/{id}", new { is_active = false, role = "MANAGER" }, Token);
        using var refused = await app.LoginAsync(email, AccountCalls.Password);
        using var on = await admin.PatchAsJsonAsync($"/auth/users/{id}", new { is_active = true }, Token);
        using var opened = await app.LoginAsync(email, AccountCalls.Password);

        Assert.False((await off.JsonAsync(HttpStatusCode.OK)).GetProperty("is_active").GetBoolean());
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal("MANAGER", (await on.JsonAsync(HttpStatusCode.OK)).GetProperty("role").GetString());
        await opened.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_id_that_is_none_and_an_unknown_one_are_told_apart()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();

        using var none = await admin.PatchAsJsonAsync("/auth/users/1", new { role = "USER" }, Token);
        using var unknown = await admin.PatchAsJsonAsync($"/auth/users/{Guid.CreateVersion7()}", new { role = "USER" }, Token);

        await none.ProblemAsync(HttpStatusCode.BadRequest, "invalid_id");
        await unknown.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("VIEWER")]
    [InlineData("USER")]
    [InlineData("MANAGER")]
    public async Task Users_are_an_admins_business(string role)
    {
        var app = await fixture.StartedAsync();
        using var client = await app.SignInAsNewAsync(role);

        using var list = await client.GetAsync("/auth/users", Token);
        using var create = await client.PostAsJsonAsync("/auth/users", new { email = "a@b", role = "ADMIN" }, Token);
        using var patch = await client.PatchAsJsonAsync($"/auth/users/{Guid.CreateVersion7()}", new { role = "ADMIN" }, Token);

        await list.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await create.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await patch.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task The_list_comes_in_pages_of_those_who_came_first()
    {
        await using var app = await DawsApp.StartAsync(Dialect);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var (_, second) = await app.NewUserAsync("USER");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var (_, third) = await app.NewUserAsync("USER");
        using var admin = await app.SignInAsync();

        using var response = await admin.GetAsync("/auth/users?limit=1&offset=1", Token);
        using var rest = await admin.GetAsync("/auth/users?offset=1", Token);

        var page = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((3, 1, 1, true), (
            page.GetProperty("total").GetInt32(), page.GetProperty("limit").GetInt32(),
            page.GetProperty("offset").GetInt32(), page.GetProperty("has_more").GetBoolean()));
        var items = (await rest.JsonAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray();
        Assert.Equal([second, third], items.Select(item => item.GetProperty("email").GetString()));
    }

    [Theory]
    [InlineData("""{"is_active":false}""")]
    [InlineData("""{"role":"MANAGER"}""")]
    public async Task The_last_active_admin_stays(string patch)
    {
        await using var app = await DawsApp.StartAsync(Dialect);
        var (other, _) = await app.NewUserAsync("ADMIN");
        await app.PatchUserAsync(other, new { is_active = false });
        using var admin = await app.SignInAsync();
        using var me = await admin.GetAsync("/auth/me", Token);
        var id = (await me.JsonAsync(HttpStatusCode.OK)).GetProperty("id").GetString();

        using var response = await admin.PatchAsync($"/auth/users/{id}", Json(patch), Token);

        await response.ProblemAsync(HttpStatusCode.Conflict, "conflict");
        using var still = await admin.GetAsync("/auth/users", Token);
        await still.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_admins_who_are_all_taken_away_at_once_one_stays()
    {
        await using var app = await DawsApp.StartAsync(Dialect);
        for (var i = 0; i < 4; i++)
        {
            await app.NewUserAsync("ADMIN");
        }
        // Not over HTTP, where those who come late are refused because their own admin is gone already.
        var users = app.Services.GetRequiredService<UserStore>();
        var (admins, _) = await users.ListAsync(Admin, 50, 0, Token);

        var changes = admins.Select(admin => users.ChangeAsync(Admin, admin.Id, new UserChange(null, false), Token)).ToList();
        var refused = await Assert.ThrowsAsync<RejectedException>(() => Task.WhenAll(changes));

        Assert.Equal(RejectionCodes.Conflict, refused.Code);
        Assert.Equal(admins.Count - 1, changes.Count(change => change.IsCompletedSuccessfully));
        var (after, _) = await users.ListAsync(Admin, 50, 0, Token);
        Assert.Single(after, user => user is { IsActive: true, Role: Role.Admin });
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}

public sealed class UserOnSqliteTests(SqliteApp app) : UserTests(app), IClassFixture<SqliteApp>
{
    private protected override Dialect Dialect => Dialect.Sqlite;
}

public sealed class UserOnPostgresTests(PostgresApp app) : UserTests(app), IClassFixture<PostgresApp>
{
    private protected override Dialect Dialect => Dialect.Postgres;
}
