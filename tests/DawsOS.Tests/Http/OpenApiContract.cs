using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>One route and method of the document.</summary>
internal sealed record OpenApiOperation(string Method, string Path, JsonElement Description)
{
    public string Key => $"{Method} {Path}";

    /// <summary>The statuses it promises by number.</summary>
    public IEnumerable<int> Statuses => Description.GetProperty("responses").EnumerateObject().Where(answer => answer.Name != "default").Select(answer => int.Parse(answer.Name, null));

    public bool Promises(int status) => Statuses.Contains(status);
}

/// <summary>The document of a running program, the faults of answers that were held against it, and which of its answers were never seen.</summary>
internal sealed class OpenApiContract
{
    // What only a flood, a huge or slow body or an outage brings; each has tests of its own.
    private static readonly int[] Elsewhere = [408, 413, 429, 503];

    private readonly SchemaValidator _validator;
    private readonly JsonElement _problem;
    private readonly HashSet<string> _seen = [];

    private OpenApiContract(JsonElement document)
    {
        Document = document;
        _validator = new SchemaValidator(document);
        _problem = document.GetProperty("components").GetProperty("schemas").GetProperty("Problem");
        Operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Select(operation => new OpenApiOperation(operation.Name.ToUpperInvariant(), path.Name, operation.Value)))];
    }

    public JsonElement Document { get; }

    public IReadOnlyList<OpenApiOperation> Operations { get; }

    public List<string> Faults { get; } = [];

    /// <summary>Promised answers that no request brought.</summary>
    public IEnumerable<string> Unseen => Operations.SelectMany(operation => operation.Statuses.Except(Elsewhere).Select(status => $"{operation.Key}: {status}")).Except(_seen);

    public static async Task<OpenApiContract> ReadAsync(DawsApp app) =>
        new(await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken));

    /// <summary>The operation that a path without a query leads to; null when the document has none.</summary>
    public OpenApiOperation? Find(string method, string path) => Operations
        .Where(operation => operation.Method == method && Leads(operation.Path.Trim('/').Split('/'), path.Trim('/').Split('/')))
        // What stands there literally comes before a parameter.
        .OrderBy(operation => operation.Path.Count(c => c == '{')).FirstOrDefault();

    /// <summary>What is wrong with an answer to whatever was sent: a status without a description of its own is as the default says.</summary>
    public IEnumerable<string> Check(OpenApiOperation operation, HttpResponseMessage response, string text) => Compare(operation, response, text, orDefault: true);

    /// <summary>What is wrong with a problem that no operation describes.</summary>
    public IEnumerable<string> CheckProblem(string text) => _validator.Validate(JsonElement.Parse(text), _problem);

    /// <summary>Sends a request and holds the answer against the document.</summary>
    public async Task SendAsync(OpenApiOperation operation, HttpClient http, HttpRequestMessage request, int expected)
    {
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        // A stream need not end.
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var text = isStream ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var status = (int)response.StatusCode;
        _seen.Add($"{operation.Key}: {status}");
        var faults = status == expected ? Compare(operation, response, text) : [$"{expected} was expected: {text}"];
        Faults.AddRange(faults.Select(fault => $"{operation.Key}: {status}: {fault}"));
    }

    /// <summary>Holds a body that was accepted against the document: who writes one by it must be able to write this one.</summary>
    public void CheckBody(OpenApiOperation operation, string json)
    {
        var schema = operation.Description.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Faults.AddRange(_validator.Validate(JsonElement.Parse(json), schema).Select(fault => $"{operation.Key}: body: {fault}"));
    }

    private static bool Leads(string[] template, string[] path) => template.Length == path.Length && template.Zip(path).All(pair =>
        pair.First.StartsWith('{') ? pair.Second.Length > 0 : string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<string> Compare(OpenApiOperation operation, HttpResponseMessage response, string text, bool orDefault = false)
    {
        var answers = operation.Description.GetProperty("responses");
        if (!answers.TryGetProperty($"{(int)response.StatusCode}", out var answer) && !(orDefault && answers.TryGetProperty("default", out answer)))
        {
            return ["the document has no such status"];
        }
        if (!answer.TryGetProperty("content", out var content))
        {
            return text.Length == 0 ? [] : ["there is a body, and the document has none"];
        }
        var mediaType = response.Content.Headers.ContentType?.MediaType ?? "none";
        if (!content.TryGetProperty(mediaType, out var described))
        {
            return [$"the media type is {mediaType}, in the document {string.Join(", ", content.EnumerateObject().Select(type => type.Name))}"];
        }
        // HEAD is described by what GET would send.
        return operation.Method == "HEAD" || !mediaType.EndsWith("json", StringComparison.Ordinal) || mediaType == "application/schema+json"
            ? []
            : _validator.Validate(JsonElement.Parse(text), described.GetProperty("schema"));
    }
}
