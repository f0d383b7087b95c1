using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

using DawsOS.Harness;

namespace DawsOS.Accounts;

public sealed partial class LoginFormTests(SqliteApp fixture) : IClassFixture<SqliteApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_form_can_be_used_without_scripts_and_runs_none()
    {
        var app = await fixture.StartedAsync();

        using var response = await app.Http.GetAsync("/login?returnUrl=/dashboard/%22%3E%3Cscript%3E", Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        var html = await response.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<html lang=\"en\">", html, StringComparison.Ordinal);
        Assert.Equal(["email", "password"], LabelFor().Matches(html).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task Signing_in_sets_the_cookie_and_leads_back()
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);

        using var response = await browser.SignInAsync(returnUrl: "/dashboard/?page=1");

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/dashboard/?page=1", response.Headers.Location!.OriginalString);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("dawsos_session=", cookie, StringComparison.Ordinal);
        Assert.Equal(["path=/", "samesite=strict", "httponly"], cookie.Split("; ").Skip(1));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_not_only_the_cookie()
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();
        var cookie = browser.Cookies.GetCookies(app.Address)["dawsos_session"]!.Value;

        using var response = await browser.Http.PostAsync("/logout", null, Token);

        Assert.Equal((HttpStatusCode.SeeOther, "/login"), (response.StatusCode, response.Headers.Location!.OriginalString));
        Assert.Empty(browser.Cookies.GetCookies(app.Address));
        using var copy = new HttpRequestMessage(HttpMethod.Get, "/dashboard/version");
        copy.Headers.Add("Cookie", $"dawsos_session={cookie}");
        using var refused = await app.Http.SendAsync(copy, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var twice = await browser.Http.PostAsync("/logout", null, Token);
        Assert.Equal(HttpStatusCode.SeeOther, twice.StatusCode);
    }

    [Theory]
    [InlineData(DawsApp.AdminEmail, "wrong password")]
    [InlineData("nobody@example.test", DawsApp.AdminPassword)]
    [InlineData("", "")]
    public async Task A_failure_says_so_in_the_form_and_sets_nothing(string email, string password)
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);

        using var response = await browser.SignInAsync(email, password, "/dashboard");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        var html = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("<p role=\"alert\">The email or the password is wrong.</p>", html, StringComparison.Ordinal);
        Assert.Contains("name=\"returnUrl\" value=\"/dashboard\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong password", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test")]
    [InlineData("/\\evil.test")]
    [InlineData("/\t/evil.test")]
    [InlineData("\\\\evil.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.test")]
    [InlineData("/ä")]
    [InlineData("")]
    public async Task It_never_leads_to_another_site(string returnUrl)
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);

        using var response = await browser.SignInAsync(returnUrl: returnUrl);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/dashboard", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Another_site_cannot_sign_anyone_in()
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        browser.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        using var response = await browser.SignInAsync();

        await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task What_is_no_form_is_refused()
    {
        var app = await fixture.StartedAsync();

        using var response = await app.Http.PostAsync("/login", new StringContent("{}", new MediaTypeHeaderValue("application/json")), Token);

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task The_cookie_is_no_token_and_a_token_is_no_cookie()
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();
        var value = browser.Cookies.GetCookies(app.Address)["dawsos_session"]!.Value;
        using var api = await app.SignInAsync();

        using var byValue = await app.GetAsync("/auth/me", value);
        using var byCookie = await browser.Http.GetAsync("/auth/me", Token);
        browser.Cookies.SetCookies(app.Address, $"dawsos_session={api.DefaultRequestHeaders.Authorization!.Parameter}");
        using var byToken = await browser.Http.GetAsync("/dashboard/version", Token);

        await byValue.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await byCookie.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal(HttpStatusCode.Redirect, byToken.StatusCode);
    }

    [GeneratedRegex("<label for=\"(\\w+)\">")]
    private static partial Regex LabelFor();
}
