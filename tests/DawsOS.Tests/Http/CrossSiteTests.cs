using System.Net;
using System.Text;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;

namespace DawsOS.Http;

/// <summary>What pages of other sites can do with a visitor's browser.</summary>
public sealed class CrossSiteTests
{
    private const string Console = "https://console.example.com";
    private const string Elsewhere = "https://evil.example";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_setting_no_page_of_another_site_may_read_anything()
    {
        await using var app = await DawsApp.StartAsync();

        using var read = await SendAsync(app, HttpMethod.Get, "/health", ("Origin", Console));
        using var preflight = await SendAsync(
            app, HttpMethod.Options, "/v1/alerts", ("Origin", Console), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization"));

        Assert.All([read, preflight], response => Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)));
        Assert.False(preflight.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_named_origin_may_call_with_a_token_and_nobody_else()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["CORS_ORIGINS"] = $"http://localhost:3000, {Console}" });

        using var preflight = await SendAsync(
            app, HttpMethod.Options, "/v1/alerts", ("Origin", Console), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type"));
        using var foreign = await SendAsync(app, HttpMethod.Options, "/v1/alerts", ("Origin", Elsewhere), ("Access-Control-Request-Method", "POST"));
        using var refused = await SendAsync(app, HttpMethod.Get, "/v1/alerts", ("Origin", Console));
        using var read = await SendAsync(app, HttpMethod.Get, "/health", ("Origin", Elsewhere));
        using var login = await SendAsync(app, HttpMethod.Post, "/auth/login", ("Origin", Console), ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(Console, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Contains("POST", Header(preflight, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Authorization", Header(preflight, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Null(Header(foreign, "Access-Control-Allow-Origin"));
        // An error can be read too, with its id and what to wait for.
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(Console, Header(refused, "Access-Control-Allow-Origin"));
        Assert.Contains("X-Request-Id", Header(refused, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Null(Header(read, "Access-Control-Allow-Origin"));
        Assert.All([preflight, refused, read], response => Assert.Null(Header(response, "Access-Control-Allow-Credentials")));
        // The body is what is wrong with it, not where it comes from.
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, login.StatusCode);
    }

    [Theory]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, false)]
    [InlineData("cross-site", "own", false)]
    [InlineData(null, Elsewhere, false)]
    [InlineData(null, "null", false)]
    [InlineData("same-origin", null, true)]
    [InlineData("same-origin", "null", true)]
    [InlineData("none", null, true)]
    [InlineData(null, "own", true)]
    [InlineData(null, null, true)]
    public async Task What_changes_something_with_the_cookie_is_refused_when_another_sites_page_sends_it(string? site, string? origin, bool taken)
    {
        await using var app = await DawsApp.StartAsync(map: web =>
            web.MapPost("/test/change", () => "changed").RequireAuthorization(Policies.AdminPage));
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/test/change");
        Add(request, "Sec-Fetch-Site", site);
        Add(request, "Origin", origin == "own" ? app.Address.GetLeftPart(UriPartial.Authority) : origin);

        using var response = await browser.Http.SendAsync(request, Token);

        if (taken)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Fact]
    public async Task The_cookie_opens_no_route_of_the_api_and_is_sent_by_no_other_site()
    {
        await using var app = await DawsApp.StartAsync();
        using var browser = Browser.Of(app);
        using var signedIn = await browser.SignInAsync();
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();

        using var read = await browser.GetAsync("/v1/alerts");
        using var changed = await browser.Http.PostAsync("/v1/notifications/mark-all-read", null, Token);

        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        await read.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await changed.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_token_is_no_browsers_own_so_where_it_comes_from_does_not_matter()
    {
        await using var app = await DawsApp.StartAsync();
        using var admin = await app.SignInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/notifications/mark-all-read");
        Add(request, "Origin", Elsewhere);

        using var response = await admin.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task With_hosts_named_another_name_that_leads_here_is_refused()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["AllowedHosts"] = "daws.example;127.0.0.1" });

        using var own = await SendAsync(app, HttpMethod.Get, "/health", ("Host", "daws.example"));
        using var rebound = await SendAsync(app, HttpMethod.Get, "/health", ("Host", "evil.example"));

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, rebound.StatusCode);
        Assert.Empty(await rebound.Content.ReadAsByteArrayAsync(Token));
    }

    private static async Task<HttpResponseMessage> SendAsync(DawsApp app, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent("x", Encoding.UTF8, "text/plain");
        }
        foreach (var (name, value) in headers)
        {
            Add(request, name, value);
        }
        return await app.Http.SendAsync(request, Token);
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
