using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DawsOS.Http;

/// <summary>Over real HTTP, against a few endpoints of the test's own.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private DawsApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await DawsApp.StartAsync(map: web =>
    {
        web.MapPost("/test/body", (JsonBody<Sample> body) => body.Value.Name).AllowAnonymous();
        web.MapPost("/test/large", (JsonBody<Sample> body) => body.Value.Name.Length).WithBodyLimit(4 << 20).AllowAnonymous();
        web.MapGet("/test/bug", string () => throw new InvalidOperationException("secret detail in /var/lib")).AllowAnonymous();
        web.MapGet("/test/away", string () => throw new DatabaseUnavailableException("no route to 10.0.0.9")).AllowAnonymous();
        web.MapGet("/test/late", string () => throw new TimeoutException()).AllowAnonymous();
        web.MapGet("/test/trace", () => System.Diagnostics.Activity.Current?.TraceId.ToString() ?? "none").AllowAnonymous();
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not_found")]
    [InlineData("DELETE", "/health", 405, "method_not_allowed")]
    [InlineData("GET", "/openapi/v2.json", 404, "not_found")]
    [InlineData("GET", "/test/bug", 500, "internal_error")]
    [InlineData("GET", "/test/away", 503, "database_unavailable")]
    [InlineData("GET", "/test/late", 504, "timeout")]
    public async Task Every_error_is_a_problem_without_internals(string method, string path, int status, string error)
    {
        using var client = await _app.SignInAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await client.SendAsync(request, Token);

        var text = await AssertProblemAsync(response, status, error);
        Assert.DoesNotContain("secret detail", text, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.9", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_says_when_to_come_back_and_a_wrong_method_which_are_right()
    {
        using var away = await _app.Http.GetAsync("/test/away", Token);
        using var wrong = await _app.Http.PostAsync("/test/bug", null, Token);

        Assert.Equal(TimeSpan.FromSeconds(5), away.Headers.RetryAfter!.Delta);
        Assert.Equal(["GET"], wrong.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/test/body", "Send Content-Type: application/json.")]
    [InlineData("/v1/patterns/validate", "Send Content-Type: application/json.")]
    [InlineData("/v1/series/VIXCLS/observations", "Send Content-Type: application/json.")]
    [InlineData("/v1/series/import", "Send Content-Type: text/csv.")]
    [InlineData("/login", "Send Content-Type: application/x-www-form-urlencoded.")]
    public async Task A_media_type_that_is_refused_is_told_the_right_one(string path, string detail)
    {
        using var client = await _app.SignInAsync();
        using var content = new StringContent("x", Encoding.UTF8, "text/x-unknown");
        using var response = await client.PostAsync(path, content, Token);

        var text = await AssertProblemAsync(response, 415, "unsupported_media_type");
        Assert.Equal(detail, JsonElement.Parse(text).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_document_that_there_is_not_is_not_found_without_a_token_too()
    {
        using var response = await _app.Http.GetAsync("/openapi/v2.json", Token);

        await AssertProblemAsync(response, 404, "not_found");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task A_body_that_is_not_said_to_be_json_is_refused(string? type)
    {
        using var content = new ByteArrayContent("""{"name":"a"}"""u8.ToArray());
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        using var response = await _app.Http.PostAsync("/test/body", content, Token);

        await AssertProblemAsync(response, 415, "unsupported_media_type");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_one_mebibyte_is_refused_unless_the_route_allows_it(bool chunked)
    {
        using var refused = await SendAsync("/test/body", 2 << 20, chunked);
        using var taken = await SendAsync("/test/large", 2 << 20, chunked);
        using var small = await SendAsync("/test/body", 1000, chunked);

        await AssertProblemAsync(refused, 413, "payload_too_large");
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/nowhere")]
    [InlineData("/test/bug")]
    public async Task A_valid_request_id_comes_back_and_an_invalid_one_is_replaced(string path)
    {
        Assert.Equal("order-17/a", await RequestIdAsync(path, "order-17/a"));
        Assert.Equal(new string('x', 128), await RequestIdAsync(path, new string('x', 128)));
        foreach (var bad in new[] { null, new string('x', 129), "two words", "tab\tinside" })
        {
            Assert.Matches("^[0-9a-f]{32}$", await RequestIdAsync(path, bad));
        }
    }

    [Fact]
    public async Task It_joins_the_trace_of_the_caller()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/test/trace");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await _app.Http.SendAsync(request, Token);

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", await response.Content.ReadAsStringAsync(Token));
    }

    private async Task<HttpResponseMessage> SendAsync(string path, int size, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent($$"""{"name":"{{new string('a', size)}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        // The server may answer and close before it has read everything.
        request.Headers.ExpectContinue = true;
        return await _app.Http.SendAsync(request, Token);
    }

    private async Task<string> RequestIdAsync(string path, string? sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (sent is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Request-Id", sent);
        }
        using var response = await _app.Http.SendAsync(request, Token);
        var id = Assert.Single(response.Headers.GetValues("X-Request-Id"));
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal(id, (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("request_id").GetString());
        }
        return id;
    }

    private static async Task<string> AssertProblemAsync(HttpResponseMessage response, int status, string error)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal($"urn:dawsos:{error}", problem.GetProperty("type").GetString());
        Assert.Equal(error, problem.GetProperty("error").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal("2026-03-02T09:00:00Z", problem.GetProperty("timestamp").GetString());
        Assert.Equal(Assert.Single(response.Headers.GetValues("X-Request-Id")), problem.GetProperty("request_id").GetString());
        return text;
    }

    internal sealed record Sample(string Name);
}
