using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Which values fit the types that capabilities declare, as <see cref="Capability.ArgumentOptions"/> will read them.</summary>
internal static class ArgumentTypes
{
    public static bool TakesAnything(Type type) => type == typeof(JsonElement) || type == typeof(object);

    /// <summary>The type without its <c>?</c>, and whether it had one.</summary>
    public static (Type Type, bool IsNullable) Plain(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? (inner, true) : (type, false);

    public static Type? ItemType(Type type) => Kind(type) != JsonTypeInfoKind.Enumerable ? null
        : type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;

    /// <summary>The type of the values of a dictionary.</summary>
    public static Type? ValueType(Type type) =>
        Kind(type) == JsonTypeInfoKind.Dictionary && type.IsGenericType && type.GetGenericArguments() is [_, var value] ? value : null;

    public static bool IsObject(Type type) => Kind(type) is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary;

    /// <summary>Whether a value as written, not null, fits a type that has no parts; null for a type that has.</summary>
    public static bool? Fits(Type type, JsonElement value) => type switch
    {
        _ when Kind(type) != JsonTypeInfoKind.None => null,
        _ when type == typeof(bool) => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ when type == typeof(string) => value.ValueKind == JsonValueKind.String,
        _ when type == typeof(DateOnly) => value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ when type == typeof(Guid) => value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out _),
        _ when type == typeof(int) => IsWhole(value, int.MinValue, int.MaxValue),
        _ when type == typeof(long) => IsWhole(value, long.MinValue, long.MaxValue),
        _ when IsNumber(type) => value.ValueKind == JsonValueKind.Number,
        // Enums, and whatever has its own form: what can be read, fits.
        _ => Reads(type, value),
    };

    /// <summary>Whether a value of this declaration, not null, can be an argument of this type.</summary>
    public static bool Fits(Type type, InputDefinition value) => TakesAnything(type) || value.Type switch
    {
        _ when value.Enum is { } choices && Kind(type) == JsonTypeInfoKind.None => choices.Texts.All(choice => choice == "null" || Fits(type, Parse(choice)) != false),
        InputType.Integer => IsNumber(type),
        InputType.Number or InputType.Decimal => IsNumber(type) && !IsWhole(type),
        InputType.Boolean => type == typeof(bool),
        InputType.Array => ItemType(type) is { } item ? value.Items is null || Fits(Plain(item).Type, value.Items) : Kind(type) == JsonTypeInfoKind.Enumerable,
        InputType.Object => IsObject(type),
        InputType.Date => type == typeof(DateOnly) || type == typeof(string),
        InputType.Uuid => type == typeof(Guid) || type == typeof(string),
        _ => type == typeof(string),
    };

    /// <summary>Whether a text that is put together at run time may fit.</summary>
    public static bool MayBeText(Type type) => Kind(type) == JsonTypeInfoKind.None && type != typeof(bool) && !IsNumber(type);

    public static string Describe(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "a text",
        _ when type == typeof(DateOnly) => "a date",
        _ when type == typeof(Guid) => "a UUID",
        _ when type == typeof(int) => "a whole number of 32 bits",
        _ when type == typeof(long) => "a whole number of 64 bits",
        _ when IsNumber(type) => "a number",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => Written(Enum.ToObject(type, value))))}",
        _ when Kind(type) == JsonTypeInfoKind.None => $"a {type.Name}",
        _ when Kind(type) == JsonTypeInfoKind.Enumerable => "an array",
        _ => "an object",
    };

    private static JsonTypeInfoKind Kind(Type type) => Capability.ArgumentOptions.GetTypeInfo(type).Kind;

    private static bool IsWhole(Type type) => type == typeof(int) || type == typeof(long);

    private static bool IsNumber(Type type) => IsWhole(type) || type == typeof(decimal) || type == typeof(double);

    // 5.0 is 5: arguments travel in canonical form.
    private static bool IsWhole(JsonElement value, decimal min, decimal max) => value.ValueKind == JsonValueKind.Number
        && ExactDecimal.TryParse(value.GetRawText(), out var number) && number == decimal.Truncate(number) && number >= min && number <= max;

    private static bool Reads(Type type, JsonElement value)
    {
        try
        {
            value.Deserialize(type, Capability.ArgumentOptions);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Written(object value) => JsonSerializer.Serialize(value, value.GetType(), Capability.ArgumentOptions);

    private static JsonElement Parse(string canonical) => JsonSerializer.Deserialize<JsonElement>(canonical);
}
