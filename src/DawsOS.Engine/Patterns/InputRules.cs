using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Patterns;

/// <summary>What a pattern's inputs accept: strict types, all faults at once, defaults filled in.</summary>
internal static partial class InputRules
{
    private const string Root = "/inputs";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>The inputs with defaults, canonical; an optional one that is absent is null.</summary>
    /// <exception cref="RejectedException">pattern_invalid with every fault.</exception>
    public static CanonicalValue Merge(PatternDefinition pattern, string inputsJson)
    {
        try
        {
            using var document = Parse(inputsJson);
            return Merge(pattern, document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // What JsonElement throws for half a surrogate pair, wherever it is read.
            throw Invalid($"A text in the inputs is no Unicode: {e.Message}");
        }
    }

    private static CanonicalValue Merge(PatternDefinition pattern, JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("The inputs must be an object.");
        }
        var errors = new InputFaults();
        foreach (var member in given.EnumerateObject().Where(member => !pattern.Inputs.Any(input => input.Name == member.Name)))
        {
            var known = pattern.Inputs.IsEmpty ? "there are none" : $"known are {DefinitionFaults.List(pattern.Inputs.Select(input => input.Name))}";
            errors.Add(JsonPointer.Down(Root, member.Name), $"There is no such input; {known}.");
        }
        // Input names are of a narrow alphabet and sorted at load, so this text is canonical.
        var merged = new StringBuilder("{");
        foreach (var input in pattern.Inputs)
        {
            merged.Append(merged.Length == 1 ? "" : ",").Append('"').Append(input.Name).Append("\":").Append(Value(input, given, errors));
        }
        return errors.Count == 0
            ? new CanonicalValue(Encoding.UTF8.GetBytes(merged.Append('}').ToString()))
            : throw errors.ToException();
    }

    /// <summary>The canonical text of a value, or null after adding what is wrong with it.</summary>
    public static string? Check(InputDefinition input, JsonElement value, string pointer, InputFaults errors)
    {
        if (value.ValueKind == JsonValueKind.Null && input.Nullable)
        {
            return "null";
        }
        var before = errors.Count;
        var text = input.Type switch
        {
            InputType.String when value.ValueKind == JsonValueKind.String => CheckText(input, value, pointer, errors),
            InputType.Uuid when value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out var id) => $"\"{id:D}\"",
            InputType.Date when value.ValueKind == JsonValueKind.String && IsDate(value.GetString()!) => $"\"{value.GetString()}\"",
            InputType.Boolean when value.ValueKind is JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            InputType.Integer or InputType.Number when value.ValueKind == JsonValueKind.Number => CheckNumber(input, value.GetRawText(), pointer, errors),
            InputType.Decimal when value.ValueKind == JsonValueKind.Number => CheckNumber(input, value.GetRawText(), pointer, errors),
            InputType.Decimal when value.ValueKind == JsonValueKind.String && DecimalText().IsMatch(value.GetString()!) =>
                CheckNumber(input, value.GetString()!, pointer, errors),
            InputType.Array when value.ValueKind == JsonValueKind.Array => CheckItems(input, value, pointer, errors),
            InputType.Object when value.ValueKind == JsonValueKind.Object => CheckAny(value, pointer, errors),
            _ => null,
        };
        if (text is null && errors.Count == before)
        {
            errors.Add(pointer, $"Must be {Describe(input.Type)}.");
        }
        if (text is not null && input.Enum is { } choices && !choices.Contains(text))
        {
            errors.Add(pointer, $"Must be one of {choices}.");
        }
        return text;
    }

    private static RejectedException Invalid(string message)
    {
        var errors = new InputFaults();
        errors.Add(Root, message);
        return errors.ToException();
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException e)
        {
            throw Invalid($"The inputs are not acceptable JSON: {e.Message}");
        }
    }

    private static string? Value(InputDefinition input, JsonElement given, InputFaults errors)
    {
        var pointer = JsonPointer.Down(Root, input.Name);
        if (given.TryGetProperty(input.Name, out var value))
        {
            return Check(input, value, pointer, errors);
        }
        if (input.Default is { } fallback)
        {
            return fallback.ToString();
        }
        if (input.Required)
        {
            errors.Add(pointer, "This input is required.");
        }
        return "null";
    }

    private static string? CheckText(InputDefinition input, JsonElement value, string pointer, InputFaults errors)
    {
        if (CheckAny(value, pointer, errors) is not { } canonical)
        {
            return null;
        }
        var text = value.GetString()!;
        CheckRange(input, text.Length, "characters", pointer, errors);
        if (input.IsSeriesId && !SeriesIds.IsValid(text))
        {
            errors.Add(pointer, "Must be a series id: 1 to 64 of A-Z a-z 0-9 . _ : ^ -");
        }
        return canonical;
    }

    private static string? CheckNumber(InputDefinition input, string text, string pointer, InputFaults errors)
    {
        if (!ExactDecimal.TryParse(text, out var number))
        {
            errors.Add(pointer, $"The number cannot be held exactly: at most {ExactDecimal.Limits}.");
            return null;
        }
        if (input.Type == InputType.Integer && number != decimal.Truncate(number))
        {
            return null;
        }
        CheckRange(input, number, "", pointer, errors);
        return ExactDecimal.ToText(number);
    }

    private static string? CheckItems(InputDefinition input, JsonElement value, string pointer, InputFaults errors)
    {
        CheckRange(input, value.GetArrayLength(), "items", pointer, errors);
        if (input.Items is not { } items)
        {
            return CheckAny(value, pointer, errors);
        }
        var texts = value.EnumerateArray().Select((item, index) => Check(items, item, JsonPointer.Down(pointer, index), errors)).ToList();
        return texts.Contains(null) ? null : $"[{string.Join(",", texts)}]";
    }

    private static string? CheckAny(JsonElement value, string pointer, InputFaults errors)
    {
        CheckNumbers(value, pointer, errors);
        try
        {
            return Encoding.UTF8.GetString(CanonicalJson.Write(value));
        }
        catch (FormatException e)
        {
            errors.Add(pointer, e.Message);
            return null;
        }
    }

    private static void CheckNumbers(JsonElement value, string pointer, InputFaults errors)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    CheckNumbers(member.Value, JsonPointer.Down(pointer, member.Name), errors);
                }
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    CheckNumbers(item, JsonPointer.Down(pointer, index++), errors);
                }
                break;
            case JsonValueKind.Number when !ExactDecimal.TryParse(value.GetRawText(), out _):
                errors.Add(pointer, $"The number cannot be held exactly: at most {ExactDecimal.Limits}.");
                break;
            default:
                break;
        }
    }

    private static void CheckRange(InputDefinition input, decimal size, string unit, string pointer, InputFaults errors)
    {
        var of = unit.Length == 0 ? "" : $" {unit}";
        if (input.Min is { } min && size < min)
        {
            errors.Add(pointer, string.Create(CultureInfo.InvariantCulture, $"Must be at least {min}{of}, is {size}."));
        }
        if (input.Max is { } max && size > max)
        {
            errors.Add(pointer, string.Create(CultureInfo.InvariantCulture, $"Must be at most {max}{of}, is {size}."));
        }
    }

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Describe(InputType type) => type switch
    {
        InputType.Uuid => "a UUID like 01940000-0000-7000-8000-000000000000",
        InputType.String => "a string",
        InputType.Integer => "a whole number",
        InputType.Number => "a number",
        InputType.Decimal => "a number, or a string that holds one",
        InputType.Boolean => "true or false",
        InputType.Date => "a date YYYY-MM-DD",
        InputType.Array => "an array",
        _ => "an object",
    };

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex DecimalText();
}
