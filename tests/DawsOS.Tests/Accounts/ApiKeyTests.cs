using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Accounts;

public abstract class ApiKeyTests(AccountsApp fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_acts_as_its_owner_with_the_role_of_now()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("ADMIN");
        using var owner = await app.SignInAsync(email);

        var made = await MakeAsync(owner, new { name = "nightly job" });

        var key = made.GetProperty("key").GetString()!;
        Assert.StartsWith("dk_", key, StringComparison.Ordinal);
        Assert.Equal(["id", "key", "name", "created_at", "expires_at"], made.EnumerateObject().Select(member => member.Name));
        using var me = await app.GetAsync("/auth/me", key);
        Assert.Equal(id, (await me.JsonAsync(HttpStatusCode.OK)).GetProperty("id").GetString());
        using var admin = await app.GetAsync("/auth/users", key);
        await admin.JsonAsync(HttpStatusCode.OK);
        await app.PatchUserAsync(id, new { role = "VIEWER" });
        using var lowered = await app.GetAsync("/auth/users", key);
        await lowered.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await app.PatchUserAsync(id, new { is_active = false });
        using var off = await app.GetAsync("/auth/me", key);
        await off.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task Keys_of_a_user_who_was_switched_off_stay_dead_when_he_is_switched_on_again()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        using var owner = await app.SignInAsync(email);
        var key = (await MakeAsync(owner, new { name = "leaked" })).GetProperty("key").GetString()!;

        await app.PatchUserAsync(id, new { is_active = false });
        await app.PatchUserAsync(id, new { is_active = true });

        using var used = await app.GetAsync("/auth/me", key);
        await used.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        using var again = await app.SignInAsync(email);
        using var list = await again.GetAsync("/auth/api-keys", Token);
        Assert.Equal(0, (await list.JsonAsync(HttpStatusCode.OK)).GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_key_of_an_admin_makes_and_changes_no_users_who_would_outlive_it()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("ADMIN");
        using var owner = await app.SignInAsync(email);
        using var program = new HttpClient { BaseAddress = app.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", (await MakeAsync(owner, new { name = "leaked" })).GetProperty("key").GetString());

        using var made = await program.PostAsJsonAsync("/auth/users", new { email = $"{Guid.CreateVersion7():N}@example.test", role = "ADMIN" }, Token);
        using var changed = await program.PatchAsJsonAsync($"/auth/users/{id}", new { role = "USER" }, Token);

        await made.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await changed.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_key_is_shown_once_and_stored_as_a_hash_only()
    {
        var app = await fixture.StartedAsync();
        using var owner = await app.SignInAsNewAsync("USER");
        var key = (await MakeAsync(owner, new { name = "hidden" })).GetProperty("key").GetString()!;

        using var list = await owner.GetAsync("/auth/api-keys", Token);
        var text = await list.Content.ReadAsStringAsync(Token);

        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT count(*) FROM api_keys WHERE key_hash = @key OR name = @key", new { key }));
        Assert.Equal(0, await app.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE details LIKE @key", new { key = $"%{key}%" }));
    }

    [Fact]
    public async Task It_ends_when_it_expires_or_is_revoked_and_tells_when_it_was_used()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");
        using var owner = await app.SignInAsync(email);
        var expiring = await MakeAsync(owner, new { name = "expiring", expires_at = app.Clock.GetUtcNow().AddHours(1) });
        var revoked = await MakeAsync(owner, new { name = "revoked" });
        var used = app.Clock.GetUtcNow();
        await OpensAsync(app, expiring, true);
        await OpensAsync(app, revoked, true);

        using var revoke = await owner.DeleteAsync($"/auth/api-keys/{revoked.GetProperty("id")}", Token);
        Assert.Equal(HttpStatusCode.NoContent, revoke.StatusCode);
        await OpensAsync(app, revoked, false);
        var listed = Assert.Single((await owner.GetAsync("/auth/api-keys", HttpStatusCode.OK))["items"].EnumerateArray());
        Assert.Equal(used, listed.GetProperty("last_used_at").GetDateTimeOffset());
        app.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        await OpensAsync(app, expiring, true);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await OpensAsync(app, expiring, false);
    }

    [Fact]
    public async Task Nobody_sees_or_revokes_anothers()
    {
        var app = await fixture.StartedAsync();
        using var owner = await app.SignInAsNewAsync("USER");
        using var admin = await app.SignInAsNewAsync("ADMIN");
        var key = await MakeAsync(owner, new { name = "mine" });

        using var revoke = await admin.DeleteAsync($"/auth/api-keys/{key.GetProperty("id")}", Token);

        await revoke.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await OpensAsync(app, key, true);
        Assert.Empty((await admin.GetAsync("/auth/api-keys", HttpStatusCode.OK))["items"].EnumerateArray());
    }

    [Fact]
    public async Task There_are_fifty_of_a_user_and_no_more()
    {
        var app = await fixture.StartedAsync();
        using var owner = await app.SignInAsNewAsync("USER");
        await Task.WhenAll(Enumerable.Range(0, 49).Select(n => MakeAsync(owner, new { name = $"key {n}" })));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            using var response = await owner.PostAsJsonAsync("/auth/api-keys", new { name = $"one more {n}" }, Token);
            return response.StatusCode;
        }));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict], answers.Order());
        Assert.Equal(50, (await owner.GetAsync("/auth/api-keys", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task A_key_makes_no_keys()
    {
        var app = await fixture.StartedAsync();
        using var owner = await app.SignInAsNewAsync("USER");
        using var program = new HttpClient { BaseAddress = app.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", (await MakeAsync(owner, new { name = "leaked" })).GetProperty("key").GetString());

        using var response = await program.PostAsJsonAsync("/auth/api-keys", new { name = "its child" }, Token);

        await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Bad_names_and_ends_are_refused()
    {
        var app = await fixture.StartedAsync();
        using var owner = await app.SignInAsNewAsync("USER");
        foreach (var (body, pointer) in new (object, string)[]
        {
            (new { name = (string?)null }, "/name"),
            (new { name = "  " }, "/name"),
            (new { name = new string('x', 101) }, "/name"),
            (new { name = "line\nbreak" }, "/name"),
            (new { name = "past", expires_at = app.Clock.GetUtcNow() }, "/expires_at"),
        })
        {
            using var response = await owner.PostAsJsonAsync("/auth/api-keys", body, Token);
            Assert.Equal([pointer], (await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed")).Pointers());
        }
        foreach (var key in new[] { "dk_", "dk_unknown", "dk_' OR 1=1 --" })
        {
            using var response = await app.GetAsync("/auth/me", key);
            await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    private static async Task<JsonElement> MakeAsync(HttpClient owner, object body)
    {
        using var response = await owner.PostAsJsonAsync("/auth/api-keys", body, Token);
        return await response.JsonAsync(HttpStatusCode.Created);
    }

    private static async Task OpensAsync(DawsApp app, JsonElement key, bool expected)
    {
        using var response = await app.GetAsync("/auth/me", key.GetProperty("key").GetString()!);
        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
    }
}

public sealed class ApiKeyOnSqliteTests(SqliteApp app) : ApiKeyTests(app), IClassFixture<SqliteApp>;

public sealed class ApiKeyOnPostgresTests(PostgresApp app) : ApiKeyTests(app), IClassFixture<PostgresApp>;
