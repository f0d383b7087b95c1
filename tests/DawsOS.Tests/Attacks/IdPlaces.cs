using System.Text.Json;

using DawsOS.Http;

namespace DawsOS.Attacks;

/// <summary>Where the requests of the OpenAPI document can name a row: path, query, headers, members of bodies, and what is free in form.</summary>
internal sealed class IdPlaces(JsonElement document)
{
    public IEnumerable<string> Of(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Description.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default)
        {
            var (name, schema) = (parameter.GetProperty("name").GetString()!, parameter.GetProperty("schema"));
            var isFree = Type(schema) == "string" && !schema.TryGetProperty("enum", out _) && !schema.TryGetProperty("format", out _);
            if (isFree)
            {
                yield return $"{operation.Key} {parameter.GetProperty("in").GetString()} {name}";
            }
        }
        if (!operation.Description.TryGetProperty("requestBody", out var body))
        {
            yield break;
        }
        foreach (var content in body.GetProperty("content").EnumerateObject().Where(content => content.Name != "application/x-www-form-urlencoded"))
        {
            foreach (var pointer in content.Name == "application/json" ? Free(content.Value.GetProperty("schema"), "", "") : [""])
            {
                yield return $"{operation.Key} body {pointer}".TrimEnd();
            }
        }
    }

    // A member that is called an id, or may be anything.
    private IEnumerable<string> Free(JsonElement schema, string name, string at)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(document, (part, step) => part.GetProperty(step));
        }
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("oneOf", out var options))
        {
            return options.EnumerateArray().Where(option => Type(option) != "null").SelectMany(option => Free(option, name, at));
        }
        return Type(schema) switch
        {
            "object" => schema.TryGetProperty("properties", out var members) ? members.EnumerateObject().SelectMany(member => Free(member.Value, member.Name, $"{at}/{member.Name}")) : [at],
            "array" => Free(schema.GetProperty("items"), name, $"{at}/0"),
            "string" => name is "id" || name.EndsWith("_id", StringComparison.Ordinal) || name.EndsWith("_ids", StringComparison.Ordinal) ? [at] : [],
            "" => [at],
            _ => [],
        };
    }

    // The one that is not null; "" = anything.
    private static string Type(JsonElement schema) => schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type) ? ""
        : type.ValueKind == JsonValueKind.String ? type.GetString()!
        : type.EnumerateArray().Select(one => one.GetString()!).FirstOrDefault(one => one != "null", "null");
}
