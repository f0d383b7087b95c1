using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Reads the <c>inputs</c> of a definition.</summary>
internal sealed class InputReader(DefinitionFaults faults)
{
    private static readonly string[] InputKeys = ["type", "required", "default", "enum", "min", "max", "items", "format", "description"];
    private static readonly string[] ItemKeys = ["type", "enum", "min", "max", "items", "format"];

    public ImmutableArray<InputDefinition> ReadAll(JsonElement root)
    {
        if (!root.TryGetProperty("inputs", out var inputs))
        {
            return [];
        }
        if (inputs.ValueKind != JsonValueKind.Object)
        {
            faults.Add("/inputs", "E_TYPE", "'inputs' must be an object.");
            return [];
        }
        return [.. inputs.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(ReadNamed).OfType<InputDefinition>()];
    }

    private InputDefinition? ReadNamed(JsonProperty member)
    {
        var pointer = JsonPointer.Down("/inputs", member.Name);
        if (!PatternReader.NamePattern().IsMatch(member.Name))
        {
            faults.Add(pointer, "E_TYPE", $"'{DefinitionFaults.Short(member.Name)}' is no name: a-z first, then a-z, 0-9 and _, at most 64 characters.");
        }
        if (Read(member.Name, member.Value, pointer, InputKeys) is not { } input)
        {
            return null;
        }
        faults.Text(member.Value, pointer, "description");
        input = input with { Required = faults.Flag(member.Value, pointer, "required") };
        if (!member.Value.TryGetProperty("default", out var fallback))
        {
            return input;
        }
        Expect(!input.Required, $"{pointer}/default", "A required input has no use for a default.");
        return input with { Default = Checked(input, fallback, $"{pointer}/default") is { } text ? new CanonicalValue(System.Text.Encoding.UTF8.GetBytes(text)) : null };
    }

    private InputDefinition? Read(string name, JsonElement element, string pointer, string[] keys)
    {
        if (!faults.IsObject(element, pointer, keys))
        {
            return null;
        }
        if (ReadType(element, pointer) is not var (type, nullable))
        {
            return null;
        }
        var input = new InputDefinition
        {
            Name = name,
            Type = type,
            Nullable = nullable,
            Min = Bound(element, type, pointer, "min"),
            Max = Bound(element, type, pointer, "max"),
            IsSeriesId = IsSeriesId(element, type, pointer),
        };
        if (element.TryGetProperty("items", out var items))
        {
            Expect(type == InputType.Array, $"{pointer}/items", "Only an array has 'items'.");
            input = input with { Items = Read("", items, $"{pointer}/items", ItemKeys) };
        }
        return input with { Enum = Choices(element, input, pointer) };
    }

    private (InputType Type, bool Nullable)? ReadType(JsonElement element, string pointer)
    {
        var nullable = false;
        if (element.TryGetProperty("type", out var written))
        {
            if (written.ValueKind == JsonValueKind.Array && written.GetArrayLength() == 2 && written[1] is { ValueKind: JsonValueKind.String } last && last.ValueEquals("null"))
            {
                nullable = true;
                written = written[0];
            }
            if (written.ValueKind == JsonValueKind.String && Enum.GetNames<InputType>().FirstOrDefault(name => written.ValueEquals(name.ToLowerInvariant())) is { } found)
            {
                return (Enum.Parse<InputType>(found), nullable);
            }
        }
        faults.Add($"{pointer}/type", "E_TYPE", $"'type' must be one of {string.Join(", ", Enum.GetNames<InputType>()).ToLowerInvariant()}, or such a one with null: [\"date\", \"null\"].");
        return null;
    }

    private decimal? Bound(JsonElement element, InputType type, string pointer, string key)
    {
        if (!element.TryGetProperty(key, out var bound))
        {
            return null;
        }
        Expect(
            type is InputType.Integer or InputType.Number or InputType.Decimal or InputType.String or InputType.Array, $"{pointer}/{key}",
            $"'{key}' limits numbers, text lengths and item counts only.");
        if (bound.ValueKind == JsonValueKind.Number && ExactDecimal.TryParse(bound.GetRawText(), out var value))
        {
            return value;
        }
        faults.Add($"{pointer}/{key}", "E_TYPE", $"'{key}' must be a number.");
        return null;
    }

    private bool IsSeriesId(JsonElement element, InputType type, string pointer)
    {
        if (!element.TryGetProperty("format", out var format))
        {
            return false;
        }
        var known = type == InputType.String && format.ValueKind == JsonValueKind.String && format.ValueEquals("series_id");
        Expect(known, $"{pointer}/format", "The one 'format' there is, series_id, is for strings.");
        return known;
    }

    private InputChoices? Choices(JsonElement element, InputDefinition input, string pointer)
    {
        if (!element.TryGetProperty("enum", out var choices))
        {
            return null;
        }
        if (choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0)
        {
            faults.Add($"{pointer}/enum", "E_TYPE", "'enum' must be an array with at least one value.");
            return null;
        }
        return new InputChoices([.. choices.EnumerateArray().Select((choice, index) => Checked(input, choice, $"{pointer}/enum/{index}")).OfType<string>()]);
    }

    // A default or a choice that the input itself would refuse is a fault of the definition.
    private string? Checked(InputDefinition input, JsonElement value, string pointer)
    {
        var errors = new InputFaults();
        var text = InputRules.Check(input, value, pointer, errors);
        foreach (var error in errors.Kept)
        {
            faults.Add(error.Pointer, "E_TYPE", error.Message);
        }
        return text;
    }

    private void Expect(bool holds, string pointer, string message)
    {
        if (!holds)
        {
            faults.Add(pointer, "E_TYPE", message);
        }
    }
}
