using System.Text.Json;
using System.Text.RegularExpressions;

namespace DawsOS.Patterns;

/// <summary>As much of JSON Schema 2020-12 as the published schema uses; a keyword it does not know fails the test.</summary>
internal sealed class SchemaCheck(JsonElement root)
{
    private static readonly string[] Annotations = ["$schema", "$id", "$defs", "title", "description", "default"];

    public bool Accepts(JsonElement value) => Accepts(root, value);

    private bool Accepts(JsonElement schema, JsonElement value) => schema.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => schema.EnumerateObject().All(keyword => Annotations.Contains(keyword.Name) || Holds(schema, keyword.Name, keyword.Value, value)),
    };

    private bool Holds(JsonElement schema, string keyword, JsonElement argument, JsonElement value) => keyword switch
    {
        "$ref" => Accepts(argument.GetString()![2..].Split('/').Aggregate(root, (at, name) => at.GetProperty(name)), value),
        "type" => IsOf(argument.GetString()!, value),
        "enum" => argument.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)),
        "const" => JsonElement.DeepEquals(argument, value),
        "allOf" => argument.EnumerateArray().All(one => Accepts(one, value)),
        "anyOf" => argument.EnumerateArray().Any(one => Accepts(one, value)),
        "oneOf" => argument.EnumerateArray().Count(one => Accepts(one, value)) == 1,
        "not" => !Accepts(argument, value),
        _ => value.ValueKind switch
        {
            JsonValueKind.Object => HoldsOfObject(schema, keyword, argument, value),
            JsonValueKind.Array => HoldsOfArray(schema, keyword, argument, value),
            JsonValueKind.String => HoldsOfText(keyword, argument, value.GetString()!),
            JsonValueKind.Number => HoldsOfNumber(keyword, argument, value.GetDecimal()),
            _ => IsKnown(keyword),
        },
    };

    private bool HoldsOfObject(JsonElement schema, string keyword, JsonElement argument, JsonElement value) => keyword switch
    {
        "required" => argument.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "properties" => argument.EnumerateObject().All(property => !value.TryGetProperty(property.Name, out var member) || Accepts(property.Value, member)),
        "additionalProperties" => value.EnumerateObject()
            .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _))
            .All(member => Accepts(argument, member.Value)),
        "propertyNames" => value.EnumerateObject().All(member => Accepts(argument, JsonSerializer.SerializeToElement(member.Name))),
        _ => IsKnown(keyword),
    };

    private bool HoldsOfArray(JsonElement schema, string keyword, JsonElement argument, JsonElement value) => keyword switch
    {
        "items" => value.EnumerateArray().All(item => Accepts(argument, item)),
        "prefixItems" => value.EnumerateArray().Zip(argument.EnumerateArray()).All(pair => Accepts(pair.Second, pair.First)),
        "minItems" => value.GetArrayLength() >= argument.GetInt32(),
        "maxItems" => value.GetArrayLength() <= argument.GetInt32(),
        "uniqueItems" => value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(),
        _ => IsKnown(keyword),
    };

    // ECMA 262 knows no newline before $.
    private static bool HoldsOfText(string keyword, JsonElement argument, string text) => keyword switch
    {
        "pattern" => Regex.IsMatch(text, argument.GetString()!.Replace("$", @"\z", StringComparison.Ordinal)),
        "minLength" => text.Length >= argument.GetInt32(),
        "maxLength" => text.Length <= argument.GetInt32(),
        _ => IsKnown(keyword),
    };

    private static bool HoldsOfNumber(string keyword, JsonElement argument, decimal number) => keyword switch
    {
        "minimum" => number >= argument.GetDecimal(),
        "maximum" => number <= argument.GetDecimal(),
        _ => IsKnown(keyword),
    };

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.Truncate(value.GetDecimal()) == value.GetDecimal(),
        _ => throw new NotSupportedException(type),
    };

    // Of a value of another kind: then it holds.
    private static bool IsKnown(string keyword) => keyword is "required" or "properties" or "additionalProperties" or "propertyNames" or "items" or "prefixItems"
        or "minItems" or "maxItems" or "uniqueItems" or "pattern" or "minLength" or "maxLength" or "minimum" or "maximum"
        ? true
        : throw new NotSupportedException(keyword);
}
