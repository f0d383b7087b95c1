using System.Net;
using System.Text.Json;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

public sealed class DashboardTests(SqliteApp fixture) : IClassFixture<SqliteApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/dashboard/", "text/html")]
    [InlineData("/dashboard/index.min.js", "text/javascript")]
    [InlineData("/dashboard/index.css", "text/css")]
    [InlineData("/dashboard/DashboardCounters", "application/json")]
    [InlineData("/dashboard/version", "application/json")]
    public async Task An_admins_cookie_opens_every_part_and_nothing_opens_without(string path, string mediaType)
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);

        using var before = await browser.GetAsync(path);
        using var signedIn = await browser.SignInAsync();
        using var after = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.Redirect, before.StatusCode);
        Assert.Equal($"/login?returnUrl={Uri.EscapeDataString(path)}", before.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(mediaType, after.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(await after.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task A_program_without_a_session_gets_a_problem_and_with_an_admins_token_the_figures()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();
        using var user = await app.SignInAsNewAsync("MANAGER");

        using var nobody = await app.Http.GetAsync("/dashboard/DashboardCounters", Token);
        using var tooLow = await user.GetAsync("/dashboard/DashboardCounters", Token);
        using var opened = await admin.GetAsync("/dashboard/DashboardCounters", Token);

        await nobody.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await tooLow.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        // How many it counts is the library's business, and 0 until its first sample.
        Assert.Equal(JsonValueKind.Number, (await opened.JsonAsync(HttpStatusCode.OK)).GetProperty("totalActiveHostCount").ValueKind);
    }

    [Fact]
    public async Task Who_is_no_admin_is_refused_with_a_cookie_too()
    {
        var app = await fixture.StartedAsync();
        var (_, email) = await app.NewUserAsync("MANAGER");
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync(email, AccountCalls.Password);

        using var response = await browser.GetAsync("/dashboard");

        await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task The_log_trace_stays_hidden()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();

        using var response = await admin.GetAsync("/dashboard/Trace", Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("/dashboard/nothing")]
    [InlineData("/dashboard/HistoricalStats/x")]
    [InlineData("/dashboard/SiloStats/127.0.0.1:1@2")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        using var before = await app.Http.GetAsync(path, Token);
        using var signedIn = await browser.SignInAsync();

        using var response = await browser.GetAsync(path);

        await before.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_silo_of_the_cluster_has_its_history()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();
        var silo = app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

        foreach (var part in new[] { "HistoricalStats", "SiloProperties", "SiloMetadata", "SiloStats", "SiloCounters" })
        {
            using var response = await admin.GetAsync($"/dashboard/{part}/{silo}", Token);
            Assert.True(response.IsSuccessStatusCode, $"{part}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task A_session_lasts_fifteen_minutes_from_its_last_use()
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();

        List<HttpStatusCode> seen = [];
        foreach (var minutes in new[] { 14, 14, 5, 14, 15 })
        {
            app.Clock.Advance(TimeSpan.FromMinutes(minutes));
            using var response = await browser.GetAsync("/dashboard/version");
            seen.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Redirect], seen);
    }

    [Fact]
    public async Task A_session_ends_with_its_account_and_follows_its_role()
    {
        var app = await fixture.StartedAsync();
        var (id, email) = await app.NewUserAsync("ADMIN");
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync(email, AccountCalls.Password);

        using var opened = await browser.GetAsync("/dashboard/version");
        await app.PatchUserAsync(id, new { role = "USER" });
        using var lowered = await browser.GetAsync("/dashboard/version");
        await app.PatchUserAsync(id, new { is_active = false });
        using var gone = await browser.GetAsync("/dashboard/version");

        await opened.JsonAsync(HttpStatusCode.OK);
        await lowered.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.Redirect, gone.StatusCode);
    }
}
