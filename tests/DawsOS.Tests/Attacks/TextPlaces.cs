using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using DawsOS.Http;

namespace DawsOS.Attacks;

/// <summary>Where a body can hold text: the text members that the document names, and the texts of a valid one wherever they are.</summary>
internal sealed class TextPlaces(OpenApiContract contract)
{
    private const string Held = "@text@";

    /// <summary>Each as the steps to it.</summary>
    public IEnumerable<IReadOnlyList<string>> Of(OpenApiRequest sample)
    {
        var schema = contract.Operations.Single(operation => operation.Key == sample.Key).Description
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        return Described(schema, []).Concat(Sent(JsonNode.Parse(sample.Body!), [])).DistinctBy(path => string.Join('/', path));
    }

    /// <summary>The body with that text there, also one that is no Unicode.</summary>
    public static string Put(string body, IReadOnlyList<string> path, string text)
    {
        var root = JsonNode.Parse(body)!;
        var at = root;
        foreach (var step in path.SkipLast(1))
        {
            at = at is JsonArray items ? items[int.Parse(step, CultureInfo.InvariantCulture)]! : at[step] ??= new JsonObject();
        }
        if (at is JsonArray last)
        {
            last[int.Parse(path[^1], CultureInfo.InvariantCulture)] = Held;
        }
        else
        {
            at[path[^1]] = Held;
        }
        return root.ToJsonString().Replace($"\"{Held}\"", FuzzValues.Quote(text), StringComparison.Ordinal);
    }

    private IEnumerable<IReadOnlyList<string>> Described(JsonElement schema, IReadOnlyList<string> at)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return [];
        }
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Described(reference.GetString()!.Split('/').Skip(1).Aggregate(contract.Document, (part, step) => part.GetProperty(step)), at);
        }
        if (schema.TryGetProperty("oneOf", out var options))
        {
            return options.EnumerateArray().SelectMany(option => Described(option, at));
        }
        if (schema.TryGetProperty("properties", out var members))
        {
            return members.EnumerateObject().SelectMany(member => Described(member.Value, [.. at, member.Name]));
        }
        return at.Count > 0 && schema.TryGetProperty("type", out var type) && type.ToString().Contains("string", StringComparison.Ordinal) ? [at] : [];
    }

    private static IEnumerable<IReadOnlyList<string>> Sent(JsonNode? node, IReadOnlyList<string> at) => node switch
    {
        JsonObject members => members.SelectMany(member => Sent(member.Value, [.. at, member.Key])),
        JsonArray items => items.SelectMany((item, index) => Sent(item, [.. at, $"{index}"])),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [at],
        _ => [],
    };
}
