using System.Text.Json;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>
/// How arguments are read: strict about names, types and nulls. Null for an optional member counts as absent, so that an input nobody gave and the
/// result of a skipped step leave the default as it is (D§1.5); a required one needs a value.
/// </summary>
internal static class CapabilityJson
{
    /// <summary>How deep arguments may be: a canonical value of 64 levels at the end of a path of as many.</summary>
    public const int MaxDepth = 128;

    public static readonly JsonSerializerOptions Arguments = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        MaxDepth = MaxDepth,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NullIsAbsent } },
    };

    // Records of arguments say which references may be null; a list's items may not.
    private static readonly JsonSchemaExporterOptions Schemas = new() { TreatNullObliviousAsNonNullable = true };

    public static CanonicalValue SchemaOf(JsonTypeInfo type) => CanonicalJson.Of(JsonSerializer.SerializeToElement(type.GetJsonSchemaAsNode(Schemas)));

    /// <exception cref="RejectedException">validation_failed: the arguments do not fit; names the one that does not.</exception>
    public static TArgs Read<TArgs>(string capability, CanonicalValue args)
        where TArgs : class
    {
        var bytes = args.Bytes.Span;
        try
        {
            // Lists take null for an item that must not be one. Canonical text has no blanks, so it shows.
            if ((bytes.IndexOf("[null"u8) >= 0 || bytes.IndexOf(",null"u8) >= 0) && NullItem(args, Arguments.GetTypeInfo(typeof(TArgs))) is { } item)
            {
                throw Misfit($"The arguments of {capability} do not fit at '{item}': it is null.");
            }
            return JsonSerializer.Deserialize<TArgs>(bytes, Arguments) ?? throw Misfit($"The arguments of {capability} must be an object.");
        }
        catch (JsonException e)
        {
            throw Misfit(NullArgument(args, Arguments.GetTypeInfo(typeof(TArgs))) is { } name
                ? $"{capability} needs '{name}', which is null."
                : $"The arguments of {capability} do not fit at '{e.Path}'.");
        }
    }

    private static RejectedException Misfit(string message) => new(RejectionCodes.ValidationFailed, message);

    private static void NullIsAbsent(JsonTypeInfo type)
    {
        for (var i = 0; i < type.Properties.Count; i++)
        {
            var property = type.Properties[i];
            if (property is { IsRequired: true } or { Set: null } or { AssociatedParameter: not null } || IsNullable(property))
            {
                continue;
            }
            var set = property.Set;
            if (property.PropertyType.IsValueType)
            {
                var name = property.Name;
                property = type.CreateJsonPropertyInfo(typeof(Nullable<>).MakeGenericType(property.PropertyType), name);
                property.Get = type.Properties[i].Get;
                type.Properties[i] = property;
            }
            property.IsSetNullable = true;
            property.Set = (args, value) =>
            {
                if (value is not null)
                {
                    set(args, value);
                }
            };
        }
    }

    private static bool IsNullable(JsonPropertyInfo property) => property.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(property.PropertyType) is not null || property.PropertyType == typeof(JsonElement)
        : property.IsSetNullable;

    // The first required argument that is null and must not be.
    private static string? NullArgument(CanonicalValue args, JsonTypeInfo signature)
    {
        using var document = Parse(args);
        return document?.RootElement.ValueKind == JsonValueKind.Object
            ? signature.Properties.FirstOrDefault(property => property.IsRequired && !IsNullable(property)
                && document.RootElement.TryGetProperty(property.Name, out var value) && value.ValueKind == JsonValueKind.Null)?.Name
            : null;
    }

    private static string? NullItem(CanonicalValue args, JsonTypeInfo signature)
    {
        using var document = Parse(args);
        return document is null ? null : NullItem(document.RootElement, signature, "$");
    }

    private static string? NullItem(JsonElement value, JsonTypeInfo type, string path)
    {
        if (type.Kind == JsonTypeInfoKind.Object && value.ValueKind == JsonValueKind.Object)
        {
            return type.Properties.Select(property => value.TryGetProperty(property.Name, out var member)
                ? NullItem(member, TypeOf(property.PropertyType), $"{path}.{property.Name}") : null).FirstOrDefault(found => found is not null);
        }
        if (type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { IsValueType: false } item } && value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().Select((element, index) => element.ValueKind == JsonValueKind.Null
                ? $"{path}[{index}]" : NullItem(element, TypeOf(item), $"{path}[{index}]")).FirstOrDefault(found => found is not null);
        }
        return null;
    }

    private static JsonTypeInfo TypeOf(Type type) => Arguments.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);

    // Null for what is too deep: reading it has said so already, or will.
    private static JsonDocument? Parse(CanonicalValue args)
    {
        try
        {
            return JsonDocument.Parse(args.Bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
