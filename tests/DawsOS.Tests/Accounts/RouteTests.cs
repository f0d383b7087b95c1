using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

public sealed partial class RouteTests(SqliteApp fixture) : IClassFixture<SqliteApp>
{
    private static readonly string[] Open = ["/health", "/metrics", "/login", "/logout", "/auth/login", "/auth/refresh", "/openapi"];

    [Fact]
    public async Task Every_route_but_the_open_ones_wants_a_token()
    {
        var app = await fixture.StartedAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        List<string> wrong = [];
        foreach (var route in routes)
        {
            var path = "/" + Parameter().Replace(route.RoutePattern.RawText!.TrimStart('/'), match => match.Value.Contains(":int", StringComparison.Ordinal) ? "1" : "x");
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                var isOpen = path == "/" || Open.Any(open => path == open || path.StartsWith(open + "/", StringComparison.Ordinal));
                if (response.StatusCode == HttpStatusCode.Unauthorized == isOpen)
                {
                    wrong.Add($"{method} {path}: {(int)response.StatusCode}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Contains(routes, route => route.RoutePattern.RawText == "/auth/me");
        Assert.Contains(routes, route => route.RoutePattern.RawText!.StartsWith("/dashboard", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/auth/me")]
    [InlineData("/dashboard/version")]
    [InlineData("/nothing/here")]
    public async Task The_refusal_is_a_problem(string path)
    {
        var app = await fixture.StartedAsync();

        using var response = await app.Http.GetAsync(path, TestContext.Current.CancellationToken);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("PUT", "/login", null, 405, "method_not_allowed")]
    [InlineData("POST", "/auth/login", "text/plain", 415, "unsupported_media_type")]
    [InlineData("POST", "/login", "application/json", 415, "unsupported_media_type")]
    [InlineData("PUT", "/auth/me", null, 401, "unauthorized")]
    [InlineData("POST", "/auth/users", "text/plain", 401, "unauthorized")]
    public async Task On_an_open_path_a_wrong_request_is_told_what_is_wrong_with_it(string method, string path, string? mediaType, int status, string code)
    {
        var app = await fixture.StartedAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = mediaType is null ? null : new StringContent("x", new MediaTypeHeaderValue(mediaType));

        using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ProblemAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task With_a_token_a_path_that_is_none_is_not_found()
    {
        var app = await fixture.StartedAsync();
        using var client = await app.SignInAsync();

        using var response = await client.GetAsync("/nothing/here", TestContext.Current.CancellationToken);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
