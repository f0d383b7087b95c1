using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

using DawsOS.Harness;
using DawsOS.Http;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DawsOS.Accounts;

public sealed class RateLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logins_are_counted_per_account_and_the_next_minute_starts_afresh()
    {
        await using var app = await StartAsync(perUser: 2, global: 0);
        using var wrong = await app.LoginAsync(DawsApp.AdminEmail, "wrong password");
        using var alsoWrong = await app.LoginAsync(DawsApp.AdminEmail.ToUpperInvariant(), "wrong password");
        app.Clock.Advance(TimeSpan.FromSeconds(20));

        using var refused = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);
        using var another = await app.LoginAsync("other@example.test", "wrong password");
        app.Clock.Advance(TimeSpan.FromSeconds(40));
        using var later = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);

        await alsoWrong.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(40), refused.Headers.RetryAfter!.Delta);
        await another.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await later.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_form_and_the_api_count_together()
    {
        await using var app = await StartAsync(perUser: 1, global: 0);
        using var browser = Browser.Of(app);
        using var wrong = await app.LoginAsync(DawsApp.AdminEmail, "wrong password");

        using var refused = await browser.SignInAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("Too many attempts", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_logins_together_have_a_limit()
    {
        await using var app = await StartAsync(perUser: 0, global: 2);
        using var first = await app.LoginAsync("a@example.test", "wrong password");
        using var second = await app.LoginAsync("b@example.test", "wrong password");

        using var third = await app.LoginAsync("c@example.test", "wrong password");

        await second.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await third.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task What_cannot_be_a_login_is_refused_before_it_is_counted()
    {
        await using var app = await StartAsync(perUser: 1, global: 1);
        using var browser = Browser.Of(app);
        foreach (var (email, password) in new (string?, string?)[] { (DawsApp.AdminEmail, null), (null, "a password"), (null, null) })
        {
            using var answer = await app.LoginAsync(email, password);
            await answer.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }
        using var empty = await browser.SignInAsync(password: "");

        using var login = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);

        Assert.Equal(HttpStatusCode.Unauthorized, empty.StatusCode);
        await login.JsonAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("203.0.113.{0}", false)]
    [InlineData("2001:db8::{0}", true)]
    public async Task One_network_has_a_total_of_its_own_so_that_it_does_not_use_up_that_of_all(string addresses, bool isOne)
    {
        await using var app = await StartAsync(perUser: 2, global: 8, proxies: "127.0.0.1");
        for (var i = 0; i < 6; i++)
        {
            using var wrong = await app.LoginFromAsync(string.Format(null, addresses, isOne ? i : 0), $"{i}@example.test");
            await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }

        using var refused = await app.LoginFromAsync(string.Format(null, addresses, 0), DawsApp.AdminEmail, DawsApp.AdminPassword);
        using var another = await app.LoginFromAsync("198.51.100.1", DawsApp.AdminEmail, DawsApp.AdminPassword);

        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        await another.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Refreshes_take_nothing_from_logins()
    {
        await using var app = await StartAsync(perUser: 0, global: 1);
        for (var i = 0; i < 3; i++)
        {
            using var wrong = await app.RefreshAsync($"dr_{i}");
            await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }

        using var login = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);

        await login.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_good_refresh_counts_under_its_session_and_a_bad_one_under_its_address()
    {
        await using var app = await StartAsync(perUser: 3, global: 0);
        using var one = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);
        using var two = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);
        for (var i = 0; i < 3; i++)
        {
            using var wrong = await app.RefreshAsync($"dr_{i}");
            await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }
        using var guessed = await app.RefreshAsync("dr_another");
        await guessed.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");

        var token = await NextAsync(one);
        for (var i = 0; i < 3; i++)
        {
            using var good = await app.RefreshAsync(token);
            token = await NextAsync(good);
        }
        using var tooMany = await app.RefreshAsync(token);
        using var ofAnother = await app.RefreshAsync(await NextAsync(two));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        using var later = await app.RefreshAsync(token);

        await tooMany.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        await ofAnother.JsonAsync(HttpStatusCode.OK);
        // What was refused did not use it up.
        await later.JsonAsync(HttpStatusCode.OK);

        static async Task<string> NextAsync(HttpResponseMessage response) =>
            (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("refresh_token").GetString()!;
    }

    [Fact]
    public async Task Executions_are_counted_per_user_before_their_body_is_read_and_other_routes_are_not()
    {
        await using var app = await StartAsync(perUser: 2, global: 0);
        using var admin = await app.SignInAsync();
        using var user = await app.SignInAsNewAsync("USER");
        using var first = await RunAsync(admin);
        using var second = await RunAsync(admin);

        using var refused = await admin.PostAsync("/test/limited", new StringContent("{", new MediaTypeHeaderValue("application/json")), Token);
        using var ofAnother = await RunAsync(user);
        using var read = await admin.GetAsync("/auth/me", Token);
        using var anonymous = await RunAsync(app.Http);

        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.NoContent, ofAnother.StatusCode);
        await read.JsonAsync(HttpStatusCode.OK);
        await anonymous.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task All_executions_together_have_a_limit_of_their_own()
    {
        await using var app = await StartAsync(perUser: 0, global: 3);
        using var admin = await app.SignInAsync();
        using var user = await app.SignInAsNewAsync("USER");
        using var first = await RunAsync(admin);
        using var second = await RunAsync(user);
        using var third = await RunAsync(user);

        using var fourth = await RunAsync(admin);

        Assert.Equal(HttpStatusCode.NoContent, third.StatusCode);
        await fourth.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public void A_limit_of_nought_is_off()
    {
        var window = new RateWindow(new FakeTimeProvider());

        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.Null(window.TryTake(new Rate("key", 0))));
    }

    private static Task<HttpResponseMessage> RunAsync(HttpClient client) => client.PostAsJsonAsync("/test/limited", new { email = "x", password = "x" }, Token);

    // A route that stands for the execute route: limited, and with a body.
    private static Task<DawsApp> StartAsync(int perUser, int global, string proxies = "") => DawsApp.StartAsync(
        settings: new Dictionary<string, string>
        {
            ["RATE_LIMIT_USER_PER_MINUTE"] = $"{perUser}",
            ["RATE_LIMIT_GLOBAL_PER_MINUTE"] = $"{global}",
            ["FORWARDED_PROXIES"] = proxies,
        },
        replace: builder => builder.Services.AddSingleton<IStartupFilter, LimitedRoute>());

    private sealed class LimitedRoute : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.UseEndpoints(routes => routes.MapPost("/test/limited", (JsonBody<LoginRequest> body) => TypedResults.NoContent()).WithExecutionLimit());
        };
    }
}
