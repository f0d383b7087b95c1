using System.Net;
using System.Net.Http.Json;

using DawsOS.Accounts;
using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>What every answer tells browsers.</summary>
public sealed class SecurityHeaderTests(Accounts.SqliteApp fixture) : IClassFixture<Accounts.SqliteApp>
{
    private const string Data = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/health", 200)]
    [InlineData("GET", "/health/ready", 200)]
    [InlineData("GET", "/metrics", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/auth/me", 200)]
    [InlineData("GET", "/v1/alerts", 200)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("DELETE", "/health", 405)]
    [InlineData("POST", "/auth/login", 415)]
    [InlineData("GET", "/v1/alerts/x", 400)]
    public async Task Every_answer_of_data_forbids_all_that_data_need_not(string method, string path, int status)
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await admin.SendAsync(request, Token);

        Assert.Equal(status, (int)response.StatusCode);
        AssertCommon(response);
        Assert.Equal(Data, Header(response, "Content-Security-Policy"));
        Assert.StartsWith("no-store", Header(response, "Cache-Control"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_have_them_too()
    {
        var app = await fixture.StartedAsync();

        using var nobody = await app.Http.GetAsync("/v1/alerts", Token);
        using var wrong = await app.LoginAsync(DawsApp.AdminEmail, "wrong password");

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.All([nobody, wrong], AssertCommon);
        Assert.All([nobody, wrong], response => Assert.StartsWith("no-store", Header(response, "Cache-Control"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")]
    [InlineData("/login", "default-src 'none'; style-src 'sha256-")]
    [InlineData("/dashboard/", "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;")]
    public async Task A_page_may_load_what_it_needs_and_is_framed_by_nobody(string path, string policy)
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();

        using var response = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertCommon(response);
        Assert.StartsWith(policy, Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'unsafe", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboards_page_asks_for_nothing_that_its_policy_forbids()
    {
        var app = await fixture.StartedAsync();
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();
        using var page = await browser.GetAsync("/dashboard/");
        using var style = await browser.GetAsync("/dashboard/index.css");

        var (html, css) = (await page.Content.ReadAsStringAsync(Token), await style.Content.ReadAsStringAsync(Token));

        // Scripts and styles by file of its own, nothing inline that 'self' would stop, no font or picture from elsewhere.
        Assert.DoesNotMatch("<script(?![^>]*src=\"\\./)", html);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
        Assert.DoesNotMatch("url\\([\"']?(https?:)?//", css);
        Assert.DoesNotMatch(" on[a-z]+=\"", html);
    }

    [Fact]
    public async Task An_answer_with_a_token_or_a_password_is_kept_nowhere()
    {
        var app = await fixture.StartedAsync();
        using var admin = await app.SignInAsync();

        using var login = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);
        using var created = await admin.PostAsJsonAsync("/auth/users", new { email = $"{Guid.CreateVersion7():N}@example.test", role = "USER" }, Token);

        Assert.All([login, created], response => Assert.Equal("no-store", Header(response, "Cache-Control")));
    }

    private static void AssertCommon(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(response, "X-Frame-Options"));
        Assert.Equal("same-origin", Header(response, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Opener-Policy"));
        Assert.False(response.Headers.Contains("Server"));
        // Only over https.
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));
}
