using System.Text.Json;

namespace DawsOS.Patterns;

/// <summary>Collects what is wrong with one definition, with its place. Bounded: after the hundredth only their number goes on.</summary>
internal sealed class DefinitionFaults(PatternFile file)
{
    private const int Most = 100;
    private readonly List<PatternFinding> _findings = [];
    private readonly Lazy<JsonPositions> _positions = new(() => new JsonPositions(file.Json));
    private int _more;

    public bool Any => _findings.Count > 0;

    /// <summary>In the order of their places.</summary>
    public IReadOnlyList<PatternFinding> All =>
        [.. _findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column), .. More()];

    /// <summary>A fault of a value.</summary>
    public void Add(string pointer, string code, string message) => Add(pointer, code, message, null, ofKey: false);

    /// <summary>A name that is not known, with the one that was probably meant.</summary>
    public void Unknown(string pointer, string code, string message, string written, IEnumerable<string> known, bool ofKey = false) =>
        Add(pointer, code, message, Nearest.Of(written, known), ofKey);

    public void NotJson(JsonException e)
    {
        foreach (var (pointer, key) in _positions.Value.Twice)
        {
            var (line, column) = _positions.Value.Place(key);
            Add(new PatternFinding(file.Name, line, column, pointer, "E_JSON", "This key is there twice in its object."));
        }
        if (!Any)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            Add(new PatternFinding(file.Name, line, (int)(e.BytePositionInLine ?? 0) + 1, "", "E_JSON", e.Message));
        }
    }

    /// <summary>Reports every key that is not among these.</summary>
    public bool IsObject(JsonElement element, string pointer, params string[] keys)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Add(pointer, "E_TYPE", "This must be an object.");
            return false;
        }
        foreach (var name in element.EnumerateObject().Select(member => member.Name).Where(name => !keys.Contains(name, StringComparer.Ordinal)))
        {
            Unknown(JsonPointer.Down(pointer, name), "E_UNKNOWN_KEY", $"There is no key '{name}' here; known are {string.Join(", ", keys)}.", name, keys, ofKey: true);
        }
        return true;
    }

    public string? Text(JsonElement element, string pointer, string key, bool required = false)
    {
        if (!element.TryGetProperty(key, out var value))
        {
            if (required)
            {
                Add($"{pointer}/{key}", "E_TYPE", $"'{key}' is required.");
            }
            return null;
        }
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.Length == 0)
        {
            Add($"{pointer}/{key}", "E_TYPE", $"'{key}' must be text.");
            return null;
        }
        return value.GetString();
    }

    public string? Name(JsonElement element, string pointer, string key, bool required = false)
    {
        var name = Text(element, pointer, key, required);
        if (name is not null && !PatternReader.NamePattern().IsMatch(name))
        {
            Add($"{pointer}/{key}", "E_TYPE", $"'{Shorten(name)}' is no name: a-z first, then a-z, 0-9 and _, at most 64 characters.");
        }
        return name;
    }

    public bool Flag(JsonElement element, string pointer, string key)
    {
        if (!element.TryGetProperty(key, out var value))
        {
            return false;
        }
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Add($"{pointer}/{key}", "E_TYPE", $"'{key}' must be true or false.");
        }
        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A number within bounds; null when it is absent or wrong.</summary>
    public double? Number(JsonElement element, string pointer, string key, double min, double max, bool whole = false)
    {
        if (!element.TryGetProperty(key, out var value))
        {
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max && (!whole || number == Math.Floor(number)))
        {
            return number;
        }
        Add($"{pointer}/{key}", "E_TYPE", $"'{key}' must be a {(whole ? "whole " : "")}number from {min} to {max}.");
        return null;
    }

    /// <summary>A list of texts; empty when it is absent or wrong.</summary>
    public IReadOnlyList<string> Texts(JsonElement element, string pointer, string key)
    {
        if (!element.TryGetProperty(key, out var list))
        {
            return [];
        }
        if (list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            return [.. list.EnumerateArray().Select(item => item.GetString()!)];
        }
        Add($"{pointer}/{key}", "E_TYPE", $"'{key}' must be an array of texts.");
        return [];
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : $"{text[..80]}…";

    private void Add(string pointer, string code, string message, string? suggestion, bool ofKey)
    {
        if (_findings.Count >= Most)
        {
            _more++;
            return;
        }
        var (line, column) = _positions.Value.Of(pointer, ofKey);
        Add(new PatternFinding(file.Name, line, column, pointer, code, message, suggestion));
    }

    private void Add(PatternFinding finding)
    {
        if (_findings.Count < Most)
        {
            _findings.Add(finding);
        }
        else
        {
            _more++;
        }
    }

    private IEnumerable<PatternFinding> More() =>
        _more == 0 ? [] : [new PatternFinding(file.Name, _findings[^1].Line, _findings[^1].Column, "", "E_LIMIT", $"{_more} more findings are not told; mend these first.")];
}
