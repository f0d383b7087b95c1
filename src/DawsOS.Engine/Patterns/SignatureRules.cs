using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Agents;

namespace DawsOS.Patterns;

/// <summary>Compares the arguments of a step with its capability's declared record: names, what is missing, and types as far as they are known.</summary>
internal sealed class SignatureRules(DefinitionFaults faults, ImmutableArray<InputDefinition> inputs)
{
    public void Check(Capability capability, JsonElement step, string stepPointer)
    {
        var pointer = $"{stepPointer}/args";
        if (!step.TryGetProperty("args", out var args))
        {
            args = JsonDocument.Parse("{}").RootElement;
        }
        if (args.ValueKind == JsonValueKind.Object)
        {
            CheckObject(capability.Name, capability.Signature, args, pointer);
        }
    }

    private void CheckObject(string owner, JsonTypeInfo signature, JsonElement value, string pointer)
    {
        if (signature.Kind == JsonTypeInfoKind.Dictionary)
        {
            return;
        }
        var names = signature.Properties.Select(property => property.Name).ToList();
        foreach (var member in value.EnumerateObject())
        {
            var at = JsonPointer.Down(pointer, member.Name);
            if (signature.Properties.FirstOrDefault(property => property.Name == member.Name) is { } property)
            {
                CheckValue(owner, property.PropertyType, property.IsSetNullable, member.Value, at);
            }
            else
            {
                faults.Unknown(
                    at, "E_ARG", $"{owner} takes no '{member.Name}'; it takes {(names.Count == 0 ? "nothing" : string.Join(", ", names))}.", member.Name, names, ofKey: true);
            }
        }
        foreach (var property in signature.Properties.Where(property => property.IsRequired && !value.TryGetProperty(property.Name, out _)))
        {
            faults.Add(pointer, "E_ARG", $"{owner} needs '{property.Name}'.");
        }
    }

    private void CheckValue(string owner, Type declared, bool nullable, JsonElement value, string pointer)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(JsonElement) || type == typeof(object))
        {
            return;
        }
        if (value.ValueKind == JsonValueKind.Null)
        {
            Expect(nullable || type != declared, owner, type, pointer);
            return;
        }
        if (value.ValueKind == JsonValueKind.String && value.GetString()!.Contains("{{", StringComparison.Ordinal))
        {
            CheckTemplate(owner, type, value.GetString()!, pointer);
            return;
        }
        if (Fits(type, value) is { } fits)
        {
            Expect(fits, owner, type, pointer);
        }
        else if (ItemType(type) is { } item)
        {
            Expect(value.ValueKind == JsonValueKind.Array, owner, type, pointer);
            foreach (var (index, element) in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Index() : [])
            {
                CheckValue(owner, item, nullable: false, element, $"{pointer}/{index}");
            }
        }
        else
        {
            Expect(value.ValueKind == JsonValueKind.Object, owner, type, pointer);
            if (value.ValueKind == JsonValueKind.Object)
            {
                CheckObject(owner, Capability.ArgumentOptions.GetTypeInfo(type), value, pointer);
            }
        }
    }

    // Exactly one template of an input has the input's type; what a step answers is known at run time only.
    private void CheckTemplate(string owner, Type type, string text, string pointer)
    {
        if (ReferencePath.Parse(text, text.IndexOf("{{", StringComparison.Ordinal) + 2 + text[2..].TakeWhile(c => c == ' ').Count(), out _) is not
            { Root: ReferencePath.Inputs, Parts: [{ Name: { } name }] } || !text.StartsWith("{{", StringComparison.Ordinal) || !text.EndsWith("}}", StringComparison.Ordinal)
            || text.IndexOf("{{", 2, StringComparison.Ordinal) >= 0 || inputs.FirstOrDefault(input => input.Name == name) is not { } input)
        {
            return;
        }
        var fits = input.Type switch
        {
            InputType.Integer => IsNumber(type),
            InputType.Number or InputType.Decimal => IsNumber(type) && !IsWhole(type),
            InputType.Boolean => type == typeof(bool),
            InputType.Array => ItemType(type) is not null,
            InputType.Object => ItemType(type) is null && !IsScalar(type),
            _ => IsText(type),
        };
        if (!fits)
        {
            faults.Add(pointer, "E_ARG", $"{owner} takes {Describe(type)} here, the input '{name}' is {input.Type.ToString().ToLowerInvariant()}.");
        }
    }

    private void Expect(bool holds, string owner, Type type, string pointer)
    {
        if (!holds)
        {
            faults.Add(pointer, "E_ARG", $"{owner} takes {Describe(type)} here.");
        }
    }

    // Null for what is no scalar.
    private static bool? Fits(Type type, JsonElement value) => type switch
    {
        _ when type == typeof(bool) => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ when type == typeof(DateOnly) => value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", out _),
        _ when type == typeof(Guid) => value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out _),
        _ when IsText(type) => value.ValueKind == JsonValueKind.String,
        _ when IsWhole(type) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ when IsNumber(type) => value.ValueKind == JsonValueKind.Number,
        _ => null,
    };

    private static bool IsScalar(Type type) => type == typeof(bool) || IsText(type) || IsNumber(type);

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(DateOnly) || type == typeof(Guid) || type.IsEnum;

    private static bool IsWhole(Type type) => type == typeof(int) || type == typeof(long);

    private static bool IsNumber(Type type) => IsWhole(type) || type == typeof(decimal) || type == typeof(double);

    private static Type? ItemType(Type type) => type.IsArray
        ? type.GetElementType()
        : type != typeof(string) && type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && !type.IsAssignableTo(typeof(IDictionary))
            ? type.GetGenericArguments()[0]
            : null;

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(DateOnly) => "a date",
        _ when type == typeof(Guid) => "a UUID",
        _ when IsText(type) => "a text",
        _ when IsWhole(type) => "a whole number",
        _ when IsNumber(type) => "a number",
        _ when ItemType(type) is not null => "an array",
        _ => "an object",
    };
}
