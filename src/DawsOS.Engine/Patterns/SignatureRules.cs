using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using DawsOS.Agents;

namespace DawsOS.Patterns;

/// <summary>
/// Compares the arguments of one step with its capability's declared record: names, what is missing, types and nulls as far as they are known.
/// Null for an argument that is not required counts as left out; in a list or deeper down null needs a type that has it.
/// </summary>
internal sealed class SignatureRules(DefinitionFaults faults, KnownValues values, Capability capability, Expression? condition, bool isOptional)
{
    private static readonly JsonElement Nothing = JsonSerializer.Deserialize<JsonElement>("{}");
    private readonly string _owner = capability.Name;

    public void Check(JsonElement step, string stepPointer)
    {
        var args = step.TryGetProperty("args", out var written) ? written : Nothing;
        if (args.ValueKind == JsonValueKind.Object)
        {
            CheckObject(capability.Signature, args, $"{stepPointer}/args", nullIsAbsent: true);
        }
    }

    private void CheckObject(JsonTypeInfo signature, JsonElement value, string pointer, bool nullIsAbsent)
    {
        if (signature.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }
        foreach (var member in value.EnumerateObject())
        {
            var at = JsonPointer.Down(pointer, member.Name);
            if (signature.Properties.FirstOrDefault(property => property.Name == member.Name) is { } property)
            {
                var (type, isNullable) = ArgumentTypes.Plain(property.PropertyType);
                var takesNull = isNullable || (!type.IsValueType && property.IsSetNullable) || (nullIsAbsent && !property.IsRequired);
                CheckValue(type, takesNull, member.Value, at);
            }
            else
            {
                var names = signature.Properties.Select(known => known.Name);
                faults.Unknown(at, "E_ARG", () => $"{_owner} takes no '{member.Name}'; it takes {DefinitionFaults.List(names)}.", member.Name, names, ofKey: true);
            }
        }
        foreach (var property in signature.Properties.Where(property => property.IsRequired && !value.TryGetProperty(property.Name, out _)))
        {
            faults.Add(pointer, "E_ARG", $"{_owner} needs '{property.Name}'.");
        }
    }

    private void CheckValue(Type type, bool takesNull, JsonElement value, string pointer)
    {
        // Beyond the faults that are told, reading texts as enums only to count them would be slow.
        if (ArgumentTypes.TakesAnything(type) || faults.IsFull)
        {
            return;
        }
        if (value.ValueKind == JsonValueKind.Null)
        {
            Expect(takesNull, type, pointer);
        }
        else if (value.ValueKind == JsonValueKind.String && value.GetString()!.Contains("{{", StringComparison.Ordinal))
        {
            CheckTemplate(type, takesNull, value, pointer);
        }
        else if (ArgumentTypes.Fits(type, value) is { } fits)
        {
            Expect(fits, type, pointer);
        }
        else if (ArgumentTypes.IsObject(type))
        {
            Expect(value.ValueKind == JsonValueKind.Object, type, pointer);
            if (value.ValueKind == JsonValueKind.Object)
            {
                CheckMembers(type, value, pointer);
            }
        }
        else
        {
            Expect(value.ValueKind == JsonValueKind.Array, type, pointer);
            if (value.ValueKind == JsonValueKind.Array && ArgumentTypes.ItemType(type) is { } item)
            {
                CheckItems(item, value, pointer);
            }
        }
    }

    private void CheckMembers(Type type, JsonElement value, string pointer)
    {
        if (ArgumentTypes.ValueType(type) is not { } declared)
        {
            CheckObject(Capability.ArgumentOptions.GetTypeInfo(type), value, pointer, nullIsAbsent: false);
            return;
        }
        var (inner, takesNull) = ArgumentTypes.Plain(declared);
        foreach (var member in value.EnumerateObject())
        {
            CheckValue(inner, takesNull, member.Value, JsonPointer.Down(pointer, member.Name));
        }
    }

    private void CheckItems(Type item, JsonElement list, string pointer)
    {
        var (type, takesNull) = ArgumentTypes.Plain(item);
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            CheckValue(type, takesNull, element, JsonPointer.Down(pointer, index));
        }
    }

    // Exactly one template has the type of its value, longer text is text. One that does not parse is told already.
    private void CheckTemplate(Type type, bool takesNull, JsonElement text, string pointer)
    {
        switch (new ArgumentReader((_, _) => { }, (_, _, _) => { }).Read(text, pointer))
        {
            case TextArgument:
                Expect(ArgumentTypes.MayBeText(type), type, pointer);
                break;
            case ReferenceArgument { Template: var template }:
                CheckFallback(type, takesNull, template, pointer);
                CheckReference(type, takesNull, template, pointer);
                break;
        }
    }

    private void CheckFallback(Type type, bool takesNull, Template template, string pointer)
    {
        if (template.Fallback is not { } fallback)
        {
            return;
        }
        var value = JsonSerializer.Deserialize<JsonElement>(fallback.Bytes.Span);
        if (value.ValueKind == JsonValueKind.Null ? !takesNull : ArgumentTypes.Fits(type, value) != true)
        {
            faults.Add(pointer, "E_ARG", $"{_owner} takes {ArgumentTypes.Describe(type)} here, the default behind ?? is {fallback}.");
        }
    }

    private void CheckReference(Type type, bool takesNull, Template template, string pointer)
    {
        // What a step answers is known at run time only.
        if (values.Find(template.Path) is not { } given)
        {
            return;
        }
        if (!values.Fits(given, type))
        {
            faults.Add(pointer, "E_ARG", $"{_owner} takes {ArgumentTypes.Describe(type)} here, '{template.Path.Text}' is {Name(given)}.");
            return;
        }
        if (!takesNull && template.Fallback is null && KnownValues.MayBeNull(given) && !IsGuarded(template.Path))
        {
            faults.Add(
                pointer, "E_ARG",
                $"{_owner} needs {ArgumentTypes.Describe(type)} here, '{template.Path.Text}' may be null: require it, give a default with ??, or test '{template.Path.Text} != null' in the condition.");
        }
        if (ArgumentTypes.ItemType(type) is { } item && given.Items is { Nullable: true } && !ArgumentTypes.Plain(item).IsNullable && !ArgumentTypes.TakesAnything(item))
        {
            faults.Add(pointer, "E_ARG", $"{_owner} takes no null in this list, items of '{template.Path.Text}' may be null.");
        }
    }

    // An optional step may fail: that only degrades the run.
    private bool IsGuarded(ReferencePath path) => isOptional || condition?.Present.Contains(path.Holder) == true;

    private static string Name(InputDefinition given) =>
        given.Type == InputType.Array && given.Items is { } items ? $"array of {Name(items)}" : given.Type.ToString().ToLowerInvariant();

    private void Expect(bool holds, Type type, string pointer)
    {
        if (!holds)
        {
            faults.Add(pointer, "E_ARG", $"{_owner} takes {ArgumentTypes.Describe(type)} here.");
        }
    }
}
