using System.Reflection;
using System.Text.Json;
using System.Text.Unicode;

using Microsoft.AspNetCore.Http.Metadata;

namespace DawsOS.Http;

/// <summary>
/// A JSON body, read strictly: every fault has its code and a pointer. Members of type <see cref="JsonElement"/> are raw JSON
/// whose faults are the feature's own business (422).
/// </summary>
internal sealed class JsonBody<T> : IEndpointParameterMetadataProvider
    where T : class
{
    private JsonBody(T value) => Value = value;

    public T Value { get; }

    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException("Send Content-Type: application/json.", StatusCodes.Status415UnsupportedMediaType);
        }
        using var document = JsonText.Parse(await ReadAsync(context));
        JsonWalker.Check(document.RootElement, JsonSetup.Options.GetTypeInfo(typeof(T)));
        return new JsonBody<T>(document.RootElement.Deserialize<T>(JsonSetup.Options)!);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}

/// <summary>Bytes to a document, or malformed_json with the place.</summary>
internal static class JsonText
{
    private const int MaxDepth = 64;

    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        // A byte order mark says nothing in UTF-8, and some clients cannot help sending it.
        var text = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        if (text.IsEmpty)
        {
            throw new RejectedException(RejectionCodes.MalformedJson, "The body is empty; send JSON.");
        }
        // The parser does not look inside strings.
        if (!Utf8.IsValid(text.Span))
        {
            throw new RejectedException(RejectionCodes.MalformedJson, "The body is not UTF-8.");
        }
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            throw new RejectedException(
                RejectionCodes.MalformedJson,
                $"The body is not JSON of at most {MaxDepth} levels (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}).");
        }
    }
}
