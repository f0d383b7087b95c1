using System.Net;
using System.Net.Http.Json;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DawsOS.Http;

/// <summary>Whose word about the client's address is believed.</summary>
public sealed class ForwardingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.0/8, 192.0.2.7")]
    public async Task What_anyone_says_of_their_address_changes_neither_limits_nor_what_is_recorded(string? proxies)
    {
        await using var app = await StartAsync(proxies);

        using var first = await LoginAsync(app, "203.0.113.1");
        using var second = await LoginAsync(app, "203.0.113.2");
        var seen = await SeenAsync(app, "203.0.113.3", "https");

        await first.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await second.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal("127.0.0.1 http", seen);
    }

    [Fact]
    public async Task A_named_proxy_is_believed_and_addresses_have_limits_of_their_own()
    {
        await using var app = await StartAsync("127.0.0.1");

        using var first = await LoginAsync(app, "203.0.113.1");
        using var second = await LoginAsync(app, "203.0.113.2");
        using var again = await LoginAsync(app, "203.0.113.1");

        await first.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await second.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await again.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("198.51.100.66, 203.0.113.9", "203.0.113.9")]
    [InlineData("198.51.100.66, 203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("not an address", "127.0.0.1")]
    public async Task The_client_is_the_last_that_is_no_named_proxy_whatever_it_wrote_itself(string header, string client)
    {
        await using var app = await StartAsync("127.0.0.0/8, 10.0.0.0/8");

        Assert.StartsWith($"{client} ", await SeenAsync(app, header, null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_proxy_says_that_it_was_https()
    {
        await using var app = await StartAsync("127.0.0.1");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var response = await app.Http.SendAsync(request, Token);

        Assert.Equal("203.0.113.9 https", await SeenAsync(app, "203.0.113.9", "https"));
        Assert.Equal(["max-age=31536000"], response.Headers.GetValues("Strict-Transport-Security"));
    }

    private static Task<DawsApp> StartAsync(string? proxies) => DawsApp.StartAsync(
        settings: new Dictionary<string, string> { ["RATE_LIMIT_USER_PER_MINUTE"] = "1", ["FORWARDED_PROXIES"] = proxies ?? "" },
        // What a record of a request takes its address from.
        map: web => web.MapGet("/test/seen", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}").AllowAnonymous());

    private static async Task<HttpResponseMessage> LoginAsync(DawsApp app, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/login")
        {
            Content = JsonContent.Create(new { email = "somebody@example.test", password = "wrong password" }),
        };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        return await app.Http.SendAsync(request, Token);
    }

    private static async Task<string> SeenAsync(DawsApp app, string forwardedFor, string? proto)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/test/seen");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        if (proto is not null)
        {
            request.Headers.Add("X-Forwarded-Proto", proto);
        }
        using var response = await app.Http.SendAsync(request, Token);
        return await response.Content.ReadAsStringAsync(Token);
    }
}
