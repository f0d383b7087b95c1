using System.Net;
using System.Text;
using System.Text.Json.Nodes;

using DawsOS.Harness;

namespace DawsOS.Accounts;

public abstract class TokenTests(AccountsApp fixture)
{
    [Fact]
    public async Task A_login_answers_a_token_that_opens_the_api()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");

        using var response = await app.LoginAsync(email.ToUpperInvariant(), AccountCalls.Password);

        var login = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(["access_token", "refresh_token", "token_type", "expires_in", "user"], login.EnumerateObject().Select(member => member.Name));
        Assert.Equal("bearer", login.GetProperty("token_type").GetString());
        Assert.Equal(900, login.GetProperty("expires_in").GetInt32());
        Assert.Equal($$"""{"id":"{{id}}","email":"{{email}}","role":"USER"}""", login.GetProperty("user").GetRawText());
        var token = login.GetProperty("access_token").GetString()!;
        using var me = await app.GetAsync("/auth/me", token);
        Assert.Equal(login.GetProperty("user").GetRawText(), (await me.JsonAsync(HttpStatusCode.OK)).GetRawText());
        AssertClaims(ForgedToken.Read(token), id, email, app.Clock.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Every_failed_login_looks_the_same()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");
        var (gone, goneEmail) = await app.NewUserAsync("USER");
        await app.PatchUserAsync(gone, new { is_active = false });

        var bodies = new[]
        {
            await FailureAsync(app, email, "wrong password"),
            await FailureAsync(app, "nobody@example.test", AccountCalls.Password),
            await FailureAsync(app, goneEmail, AccountCalls.Password),
            await FailureAsync(app, "no address", AccountCalls.Password),
            await FailureAsync(app, "", ""),
        };

        Assert.Single(bodies.Distinct());
    }

    [Theory]
    [InlineData("the HS256 of now", true)]
    [InlineData("alg none", false)]
    [InlineData("alg HS512", false)]
    [InlineData("another key", false)]
    [InlineData("another issuer", false)]
    [InlineData("another audience", false)]
    [InlineData("the session audience", false)]
    [InlineData("two seconds early", false)]
    [InlineData("expired now", false)]
    [InlineData("no exp", false)]
    [InlineData("no nbf", false)]
    [InlineData("no user_id", false)]
    [InlineData("an unknown user", false)]
    [InlineData("a user_id that is none", false)]
    [InlineData("no session", false)]
    [InlineData("an unknown session", false)]
    [InlineData("another user's session", false)]
    public async Task Only_a_token_that_is_right_in_every_point_opens(string what, bool opens)
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");
        var token = await ForgedToken.OfAsync(app, email);
        var (_, otherEmail) = await app.NewUserAsync("USER");
        var other = await ForgedToken.OfAsync(app, otherEmail);
        var now = app.Clock.GetUtcNow().ToUnixTimeSeconds();
        _ = what switch
        {
            "alg none" => token.Header["alg"] = "none",
            "alg HS512" => token.Header["alg"] = "HS512",
            "another issuer" => token.Claims["iss"] = "dawsos",
            "another audience" => token.Claims["aud"] = "other",
            "the session audience" => token.Claims["aud"] = "dawsos-session",
            "two seconds early" => token.Claims["nbf"] = now + 2,
            "expired now" => token.Claims["exp"] = now,
            "no exp" => token.Claims.Remove("exp"),
            "no nbf" => token.Claims.Remove("nbf"),
            "no user_id" => token.Claims.Remove("user_id"),
            "an unknown user" => token.Claims["user_id"] = Guid.CreateVersion7().ToString(),
            "no session" => token.Claims.Remove("sid"),
            "an unknown session" => token.Claims["sid"] = Guid.CreateVersion7().ToString(),
            "another user's session" => token.Claims["sid"] = (string)other.Claims["sid"]!,
            "a user_id that is none" => token.Claims["user_id"] = "1",
            _ => (JsonNode?)null,
        };
        if (what == "another key")
        {
            token.Key = Encoding.UTF8.GetBytes("another key that has enough bytes too");
        }

        using var response = await app.GetAsync("/auth/me", token.ToString());

        if (opens)
        {
            await response.JsonAsync(HttpStatusCode.OK);
        }
        else
        {
            await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    [Fact]
    public async Task A_token_without_its_signature_or_with_a_changed_body_does_not_open()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("USER");
        var parts = (await ForgedToken.OfAsync(app, email)).ToString().Split('.');
        var (_, otherEmail) = await app.NewUserAsync("USER");
        var other = (await ForgedToken.OfAsync(app, otherEmail)).ToString().Split('.');

        foreach (var token in new[] { $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{other[1]}.{parts[2]}", "x", "" })
        {
            using var response = await app.GetAsync("/auth/me", token);
            await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    [Fact]
    public async Task A_token_ends_after_fifteen_minutes()
    {
        var app = await fixture.StartedAsync();
        using var client = await app.SignInAsync();

        app.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        using var before = await client.GetAsync("/auth/me", TestContext.Current.CancellationToken);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        using var after = await client.GetAsync("/auth/me", TestContext.Current.CancellationToken);

        await before.JsonAsync(HttpStatusCode.OK);
        await after.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_deactivated_user_is_out_at_once()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("USER");
        using var client = await app.SignInAsync(email);

        await app.PatchUserAsync(id, new { is_active = false });

        using var response = await client.GetAsync("/auth/me", TestContext.Current.CancellationToken);
        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_changed_role_counts_at_once_whatever_the_token_says()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("ADMIN");
        using var client = await app.SignInAsync(email);
        using var before = await client.GetAsync("/auth/users", TestContext.Current.CancellationToken);

        await app.PatchUserAsync(id, new { role = "MANAGER" });

        await before.JsonAsync(HttpStatusCode.OK);
        using var after = await client.GetAsync("/auth/users", TestContext.Current.CancellationToken);
        await after.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        using var me = await client.GetAsync("/auth/me", TestContext.Current.CancellationToken);
        Assert.Equal("MANAGER", (await me.JsonAsync(HttpStatusCode.OK)).GetProperty("role").GetString());
    }

    [Theory]
    [InlineData("VIEWER", "read_portfolios read_reports")]
    [InlineData("USER", "read_portfolios read_reports write_trades read_analytics manage_portfolios manage_alerts")]
    [InlineData("MANAGER", "read_portfolios read_reports write_trades read_analytics manage_portfolios manage_alerts export_data")]
    [InlineData("ADMIN", "read_portfolios read_reports write_trades read_analytics manage_portfolios manage_alerts export_data")]
    public async Task Permissions_follow_the_role(string role, string expected)
    {
        var app = await fixture.StartedAsync();
        using var client = await app.SignInAsNewAsync(role);

        using var response = await client.GetAsync("/auth/permissions", TestContext.Current.CancellationToken);

        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(role, answer.GetProperty("role").GetString());
        Assert.Equal(expected, string.Join(' ', answer.GetProperty("permissions").EnumerateArray().Select(p => p.GetString())));
    }

    private static void AssertClaims(JsonObject claims, string id, string email, long now)
    {
        Assert.Equal(
            ["aud", "email", "exp", "iat", "iss", "jti", "nbf", "role", "sid", "sub", "user_id"],
            claims.Select(claim => claim.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("DawsOS", "dawsos", "USER"), ((string)claims["iss"]!, (string)claims["aud"]!, (string)claims["role"]!));
        Assert.Equal((id, id, email), ((string)claims["sub"]!, (string)claims["user_id"]!, (string)claims["email"]!));
        Assert.Equal((now - 1, now - 1, now + 900), ((long)claims["iat"]!, (long)claims["nbf"]!, (long)claims["exp"]!));
    }

    private static async Task<string> FailureAsync(DawsApp app, string email, string password)
    {
        using var response = await app.LoginAsync(email, password);
        var problem = JsonObject.Create(await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized"))!;
        problem.Remove("request_id");
        problem.Remove("timestamp");
        return problem.ToJsonString();
    }
}

public sealed class TokenOnSqliteTests(SqliteApp app) : TokenTests(app), IClassFixture<SqliteApp>;

public sealed class TokenOnPostgresTests(PostgresApp app) : TokenTests(app), IClassFixture<PostgresApp>;
