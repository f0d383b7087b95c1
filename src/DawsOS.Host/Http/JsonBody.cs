using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
        using var document = await ParseAsync(context);
        JsonWalker.Check(document.RootElement, JsonSetup.Options.GetTypeInfo(typeof(T)));
        try
        {
            return new JsonBody<T>(document.RootElement.Deserialize<T>(JsonSetup.Options)!);
        }
        catch (JsonException e)
        {
            var pointer = JsonWalker.Pointer(e.Path);
            throw e.InnerException is JsonSetup.InexactNumberException || e is JsonSetup.InexactNumberException
                ? RejectedException.Validation(new FieldError(pointer, "The number cannot be held exactly: at most 28 significant digits, up to 7.9e28."))
                : new RejectedException(RejectionCodes.InvalidType, $"The value at '{pointer}' has the wrong type.", new FieldError(pointer, "It has the wrong type."));
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    private static async Task<JsonDocument> ParseAsync(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = 64 }, context.RequestAborted);
        }
        catch (JsonException e)
        {
            throw new RejectedException(
                RejectionCodes.MalformedJson, $"The body is not JSON (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}).");
        }
    }
}

/// <summary>Finds unknown and duplicate members and nulls where none may be, with pointers, before anything is converted.</summary>
internal static class JsonWalker
{
    public static void Check(JsonElement element, JsonTypeInfo type) => Walk(element, type, "");

    /// <summary><c>$.observations[3].value</c> → <c>/observations/3/value</c>.</summary>
    public static string Pointer(string? path) => path is null
        ? ""
        : path.TrimStart('$').Replace("['", "/", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Replace('.', '/').Replace('[', '/').Replace("]", "", StringComparison.Ordinal);

    /// <summary>RFC 6901: <c>~</c> and <c>/</c> inside a name are escaped.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static void Walk(JsonElement element, JsonTypeInfo type, string pointer)
    {
        if (type.Kind == JsonTypeInfoKind.Object)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw new RejectedException(RejectionCodes.InvalidType, $"The value at '{pointer}' must be an object.", new FieldError(pointer, "Must be an object."));
            }
            WalkObject(element, type, pointer);
        }
        else if (type.Kind == JsonTypeInfoKind.Enumerable && element.ValueKind == JsonValueKind.Array && type.ElementType is { } itemType)
        {
            var item = type.Options.GetTypeInfo(itemType);
            var index = 0;
            foreach (var child in element.EnumerateArray())
            {
                Walk(child, item, $"{pointer}/{index++}");
            }
        }
    }

    private static void WalkObject(JsonElement element, JsonTypeInfo type, string pointer)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var at = $"{pointer}/{Escape(member.Name)}";
            if (!seen.Add(member.Name))
            {
                throw new RejectedException(RejectionCodes.MalformedJson, $"The member '{at}' is there twice.", new FieldError(at, "Duplicate member."));
            }
            var property = type.Properties.FirstOrDefault(p => p.Name == member.Name)
                ?? throw new RejectedException(
                    RejectionCodes.UnknownMember, $"There is no member '{at}'; known are {string.Join(", ", type.Properties.Select(p => p.Name))}.",
                    new FieldError(at, "Unknown member."));
            if (property.PropertyType != typeof(JsonElement) && property.PropertyType != typeof(JsonElement?) && member.Value.ValueKind != JsonValueKind.Null)
            {
                Walk(member.Value, type.Options.GetTypeInfo(property.PropertyType), at);
            }
        }
        foreach (var missing in type.Properties.Where(p => p.IsRequired && !seen.Contains(p.Name)))
        {
            var at = $"{pointer}/{missing.Name}";
            throw RejectedException.Validation(new FieldError(at, $"'{missing.Name}' is required."));
        }
    }
}
