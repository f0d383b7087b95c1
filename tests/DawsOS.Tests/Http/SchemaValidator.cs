using System.Globalization;
using System.Text.Json;

namespace DawsOS.Http;

/// <summary>
/// Compares JSON with a schema of the OpenAPI document: as much of JSON Schema as that document uses, and a fault for anything else in it, so that
/// nothing goes unchecked. Stricter in one point: a member that the schema does not name is a fault, because the document is to name all.
/// </summary>
internal sealed class SchemaValidator(JsonElement document)
{
    private static readonly string[] Annotations = ["title", "description", "default", "example", "examples", "deprecated"];

    /// <summary>Every fault, with its place.</summary>
    public IEnumerable<string> Validate(JsonElement value, JsonElement schema, string at = "") =>
        schema.ValueKind == JsonValueKind.True ? [] : schema.EnumerateObject().SelectMany(rule => Check(value, schema, rule.Name, rule.Value, at));

    private IEnumerable<string> Check(JsonElement value, JsonElement schema, string keyword, JsonElement rule, string at) => keyword switch
    {
        "$ref" => Validate(value, Resolve(rule.GetString()!), at),
        "type" => Types(rule).Any(type => IsOf(value, type)) ? WithItems(value, schema, at) : [$"{at}: {Shorten(value)} is not of type {rule}"],
        "enum" => rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)) ? [] : [$"{at}: {Shorten(value)} is none of {rule}"],
        "oneOf" => rule.EnumerateArray().Count(option => !Validate(value, option, at).Any()) is var count && count == 1
            ? []
            : [$"{at}: {Shorten(value)} matches {count} of {rule.GetArrayLength()} schemas"],
        "required" => value.ValueKind == JsonValueKind.Object
            ? rule.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at}: '{name}' is missing")
            : [],
        "properties" => value.ValueKind == JsonValueKind.Object ? Members(value, schema, rule, at) : [],
        "additionalProperties" => value.ValueKind == JsonValueKind.Object && rule.ValueKind == JsonValueKind.Object
            ? Others(value, schema).SelectMany(member => Validate(member.Value, rule, $"{at}/{member.Name}"))
            : [],
        "items" => value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().SelectMany((item, index) => Validate(item, rule, $"{at}/{index}"))
            : [],
        "format" => HasFormat(value, rule.GetString()!) ? [] : [$"{at}: {Shorten(value)} is no {rule}"],
        _ => Annotations.Contains(keyword) ? [] : [$"{at}: the document has '{keyword}', which nothing checks"],
    };

    private IEnumerable<string> Members(JsonElement value, JsonElement schema, JsonElement known, string at) =>
        known.EnumerateObject()
            .Where(member => value.TryGetProperty(member.Name, out _))
            .SelectMany(member => Validate(value.GetProperty(member.Name), member.Value, $"{at}/{member.Name}"))
            .Concat(schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object
                ? []
                : Others(value, schema).Select(member => $"{at}: '{member.Name}' is not in the document"));

    private static IEnumerable<JsonProperty> Others(JsonElement value, JsonElement schema) => value.EnumerateObject()
        .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _));

    private static IEnumerable<string> WithItems(JsonElement value, JsonElement schema, string at) =>
        value.ValueKind == JsonValueKind.Array && !schema.TryGetProperty("items", out _) ? [$"{at}: the document does not say of what this is an array"] : [];

    private JsonElement Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate(document, (part, name) => part.GetProperty(name));

    private static IEnumerable<string> Types(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(type => type.GetString()!) : [rule.GetString()!];

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetRawText().All(c => char.IsAsciiDigit(c) || c == '-'),
        _ => false,
    };

    // What is of another type altogether is told by "type".
    private static bool HasFormat(JsonElement value, string format) => format switch
    {
        _ when value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) || (value.ValueKind == JsonValueKind.Number) != (format is "int32" or "int64" or "double") => true,
        "uuid" => Guid.TryParseExact(value.GetString(), "D", out _),
        "date" => DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => value.GetString()!.EndsWith('Z') && value.TryGetDateTimeOffset(out _),
        "int32" => value.TryGetInt32(out _),
        "int64" => value.TryGetInt64(out _),
        "double" => value.TryGetDouble(out _),
        _ => false,
    };

    private static string Shorten(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();
}
