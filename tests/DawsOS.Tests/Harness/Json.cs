using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace DawsOS.Harness;

/// <summary>An answer: its status, its body, and members by name.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body, string Text)
{
    public JsonElement this[string member] => Body.GetProperty(member);

    public string? Error => Body.GetProperty("error").GetString();

    /// <summary>The pointers of a problem's faults.</summary>
    public string[] Pointers => [.. Body.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()!)];
}

/// <summary>JSON over HTTP in one line each; a 2xx is asserted unless the name says Try.</summary>
internal static class JsonHttp
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    public static Task<Answer> GetAsync(this HttpClient http, string path, HttpStatusCode expected) => SendAsync(http, HttpMethod.Get, path, null, expected);

    public static Task<Answer> SendJsonAsync(this HttpClient http, HttpMethod method, string path, object? body, HttpStatusCode expected) =>
        SendAsync(http, method, path, body is null ? null : JsonContent.Create(body), expected);

    public static Task<Answer> CallAsync(this HttpClient http, string path, object? body, HttpStatusCode expected = HttpStatusCode.OK, string? ingestId = null) =>
        SendAsync(http, HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), expected, ingestId);

    public static Task<Answer> PostCsvAsync(this HttpClient http, string csv, HttpStatusCode expected = HttpStatusCode.OK) =>
        SendAsync(http, HttpMethod.Post, "/v1/series/import", new StringContent(csv, Encoding.UTF8, "text/csv"), expected);

    public static async Task<Answer> SendAsync(
        HttpClient http, HttpMethod method, string path, HttpContent? content, HttpStatusCode expected, string? ingestId = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        if (ingestId is not null)
        {
            request.Headers.Add("Ingest-Id", ingestId);
        }
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == expected, $"{method} {path}: {(int)response.StatusCode} instead of {(int)expected}: {text}");
        return new Answer(response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text, Deep).RootElement, text);
    }
}
