using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Canonical;

namespace DawsOS.Http;

/// <summary>
/// Compares a document with the type it is to become, before anything is converted, so that every fault has its pointer: unknown, double and
/// missing members, wrong types, values that no column can hold.
/// </summary>
internal static class JsonWalker
{
    public static void Check(JsonElement element, JsonTypeInfo type) => Walk(element, type, "");

    /// <summary>RFC 6901: <c>~</c> and <c>/</c> inside a name are escaped.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static void Walk(JsonElement element, JsonTypeInfo type, string at)
    {
        if (Nullable.GetUnderlyingType(type.Type) is { } inner)
        {
            type = type.Options.GetTypeInfo(inner);
        }
        if (type.Type == typeof(JsonElement))
        {
            WalkRaw(element, at);
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            Require(element.ValueKind == JsonValueKind.Object, at, "an object");
            WalkObject(element, type, at);
        }
        else if (type.Kind == JsonTypeInfoKind.Dictionary)
        {
            Require(element.ValueKind == JsonValueKind.Object, at, "an object");
            foreach (var (name, value) in Members(element, at))
            {
                WalkItem(value, type, $"{at}/{Escape(name)}");
            }
        }
        else if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            Require(element.ValueKind == JsonValueKind.Array, at, "an array");
            var index = 0;
            foreach (var child in element.EnumerateArray())
            {
                WalkItem(child, type, $"{at}/{index++}");
            }
        }
        else
        {
            WalkValue(element, type, at);
        }
    }

    private static void WalkItem(JsonElement element, JsonTypeInfo collection, string at)
    {
        if (element.ValueKind != JsonValueKind.Null || Nullable.GetUnderlyingType(collection.ElementType!) is null)
        {
            Walk(element, collection.Options.GetTypeInfo(collection.ElementType!), at);
        }
    }

    private static void WalkObject(JsonElement element, JsonTypeInfo type, string at)
    {
        var known = type.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in Members(element, at))
        {
            var pointer = $"{at}/{Escape(name)}";
            var property = known.Find(p => p.Name == name)
                ?? throw new RejectedException(
                    RejectionCodes.UnknownMember, $"There is no member '{pointer}'; known are {string.Join(", ", known.Select(p => p.Name))}.",
                    new FieldError(pointer, $"Unknown member; known are {string.Join(", ", known.Select(p => p.Name))}."));
            seen.Add(name);
            if (value.ValueKind != JsonValueKind.Null || !MayBeNull(property))
            {
                Walk(value, type.Options.GetTypeInfo(property.PropertyType), pointer);
            }
        }
        var missing = known.Where(p => !seen.Contains(p.Name) && IsRequired(p)).ToList();
        if (missing.Count > 0)
        {
            throw RejectedException.Validation([.. missing.Select(p => new FieldError($"{at}/{p.Name}", $"'{p.Name}' is required."))]);
        }
    }

    private static void WalkValue(JsonElement element, JsonTypeInfo type, string at)
    {
        var (kind, wanted) = Wanted(type.Type);
        Require(kind == JsonValueKind.Undefined || Kind(element) == kind, at, wanted);
        if (element.ValueKind == JsonValueKind.String)
        {
            CheckText(element, at);
        }
        try
        {
            element.Deserialize(type);
        }
        catch (JsonSetup.InexactNumberException e)
        {
            throw RejectedException.Validation(new FieldError(at, e.Message));
        }
        catch (JsonException)
        {
            // The right JSON type, but not a value of it: a date that is none, a fraction for a whole number.
            throw RejectedException.Validation(new FieldError(at, $"It must be {wanted}."));
        }
    }

    // What is inside is the feature's, but nothing can keep such numbers and texts.
    private static void WalkRaw(JsonElement element, string at)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    WalkRaw(member.Value, $"{at}/{Escape(Name(member) ?? throw NotText(at))}");
                }
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var child in element.EnumerateArray())
                {
                    WalkRaw(child, $"{at}/{index++}");
                }
                break;
            case JsonValueKind.String:
                CheckText(element, at);
                break;
            case JsonValueKind.Number when !ExactDecimal.TryParse(element.GetRawText(), out _):
                throw RejectedException.Validation(new FieldError(at, new JsonSetup.InexactNumberException().Message));
        }
    }

    private static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement element, string at)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var name = Name(member) ?? throw new RejectedException(RejectionCodes.MalformedJson, $"A member name in '{at}' is not text.");
            if (!seen.Add(name))
            {
                var pointer = $"{at}/{Escape(name)}";
                throw new RejectedException(RejectionCodes.MalformedJson, $"The member '{pointer}' is there twice.", new FieldError(pointer, "Duplicate member."));
            }
            yield return (name, member.Value);
        }
    }

    // Half a surrogate pair (\ud800) is JSON by its grammar, but no text; a NUL is no text to Postgres.
    private static void CheckText(JsonElement element, string at)
    {
        try
        {
            if (!element.GetString()!.Contains('\0', StringComparison.Ordinal))
            {
                return;
            }
        }
        catch (InvalidOperationException)
        {
        }
        throw NotText(at);
    }

    private static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name.Contains('\0', StringComparison.Ordinal) ? null : member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static RejectedException NotText(string at) =>
        RejectedException.Validation(new FieldError(at, "It holds a character that is no text (NUL or half a surrogate pair)."));

    private static bool MayBeNull(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || (!property.PropertyType.IsValueType && (property.AssociatedParameter?.IsNullable ?? property.IsSetNullable));

    // A positional member without a default is required too, unless null would do.
    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || (property.AssociatedParameter is { HasDefaultValue: false } && !MayBeNull(property));

    private static JsonValueKind Kind(JsonElement element) => element.ValueKind == JsonValueKind.False ? JsonValueKind.True : element.ValueKind;

    private static (JsonValueKind Kind, string Wanted) Wanted(Type type) =>
        type == typeof(string) ? (JsonValueKind.String, "a text")
        : type == typeof(bool) ? (JsonValueKind.True, "true or false")
        : type == typeof(int) || type == typeof(long) ? (JsonValueKind.Number, "a whole number")
        : type == typeof(decimal) || type == typeof(double) ? (JsonValueKind.Number, "a number")
        : type == typeof(DateOnly) ? (JsonValueKind.String, "a date like 2026-03-02")
        : type == typeof(DateTimeOffset) ? (JsonValueKind.String, "an instant like 2026-03-02T09:00:00Z")
        : type == typeof(Guid) ? (JsonValueKind.String, "an id like 01977a8e-0000-7000-8000-000000000000")
        : (JsonValueKind.Undefined, "something else");

    private static void Require(bool holds, string at, string wanted)
    {
        if (!holds)
        {
            throw new RejectedException(RejectionCodes.InvalidType, $"The value at '{at}' must be {wanted}.", new FieldError(at, $"It must be {wanted}."));
        }
    }
}
