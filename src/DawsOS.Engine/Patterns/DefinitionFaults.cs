using System.Text.Json;

namespace DawsOS.Patterns;

/// <summary>Collects what is wrong with one definition, with its place. Bounded: after the hundredth only their number goes on.</summary>
/// <param name="file">Name of the file.</param>
/// <param name="json">Its bytes, in which texts are Unicode.</param>
internal sealed class DefinitionFaults(string file, byte[] json)
{
    private const int Most = 100;
    private const int MaxNames = 20;
    private const int MaxMessage = 600;
    private readonly List<PatternFinding> _findings = [];
    private readonly HashSet<string> _unfit = new(StringComparer.Ordinal);
    private readonly Lazy<JsonPositions> _positions = new(() => new JsonPositions(json));
    private int _more;

    public bool Any => _findings.Count > 0;

    /// <summary>What is added now is only counted.</summary>
    public bool IsFull => _findings.Count >= Most;

    /// <summary>In the order of their places.</summary>
    public IReadOnlyList<PatternFinding> All =>
        [.. _findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column), .. More()];

    /// <summary>A fault of a value.</summary>
    public void Add(string pointer, string code, string message)
    {
        if (IsToBeTold(pointer))
        {
            Tell(pointer, code, message, null, ofKey: false);
        }
    }

    /// <summary>A name that is not known, with the one that was probably meant. That is looked for, and the message made, only when it is told.</summary>
    public void Unknown(string pointer, string code, Func<string> message, string written, IEnumerable<string> known, bool ofKey = false)
    {
        if (IsToBeTold(pointer))
        {
            Tell(pointer, code, message(), Nearest.Of(written, known), ofKey);
        }
    }

    /// <summary>Tells the values that stand for others now; what the readers find at their places is no fault of the author.</summary>
    public void Unfit(IEnumerable<(int Offset, string Message)> values)
    {
        foreach (var (offset, message) in values)
        {
            if (TellAt(offset, IsFull ? "" : _positions.Value.PointerAt(offset), message))
            {
                _unfit.Add(_findings[^1].Pointer);
            }
        }
    }

    /// <summary>Tells every key that is in its object twice, and where the file ends to be JSON.</summary>
    public void NotJson(JsonException? broken)
    {
        foreach (var (pointer, offset) in _positions.Value.Twice)
        {
            TellAt(offset, pointer, "This key is there twice in its object.");
        }
        if (broken is not null)
        {
            // What .NET says of the place, from 0 and in bytes, is told better.
            var message = broken.Message.Split(" LineNumber:")[0];
            TellAt(_positions.Value.Offset(broken.LineNumber ?? 0, broken.BytePositionInLine ?? 0), "", message);
        }
    }

    /// <summary>Names for a message: the first twenty.</summary>
    public static string List(IEnumerable<string> names)
    {
        var first = names.Take(MaxNames + 1).Select(Short).ToList();
        return first.Count == 0 ? "nothing" : first.Count <= MaxNames ? string.Join(", ", first) : $"{string.Join(", ", first.Take(MaxNames))} and more";
    }

    /// <summary>A name for a message, however long it is.</summary>
    public static string Short(string text) => Cut(text, 80);

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
            Unknown(JsonPointer.Down(pointer, name), "E_UNKNOWN_KEY", () => $"There is no key '{Short(name)}' here; known are {List(keys)}.", name, keys, ofKey: true);
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
            Add($"{pointer}/{key}", "E_TYPE", $"'{Short(name)}' is no name: a-z first, then a-z, 0-9 and _, at most 64 characters.");
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

    private bool IsToBeTold(string pointer)
    {
        if (_unfit.Count > 0 && _unfit.Contains(pointer))
        {
            return false;
        }
        _more += IsFull ? 1 : 0;
        return !IsFull;
    }

    private void Tell(string pointer, string code, string message, string? suggestion, bool ofKey)
    {
        var (line, column) = _positions.Value.Of(pointer, ofKey);
        _findings.Add(new PatternFinding(file, line, column, pointer, code, Cut(message, MaxMessage), suggestion));
    }

    private bool TellAt(int offset, string pointer, string message)
    {
        if (IsFull)
        {
            _more++;
            return false;
        }
        var (line, column) = _positions.Value.Place(offset);
        _findings.Add(new PatternFinding(file, line, column, pointer, "E_JSON", message));
        return true;
    }

    // Not between the halves of a pair.
    private static string Cut(string text, int length) =>
        text.Length <= length ? text : $"{text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]}…";

    private IEnumerable<PatternFinding> More() =>
        _more == 0 ? [] : [new PatternFinding(file, _findings[^1].Line, _findings[^1].Column, "", "E_LIMIT", $"{_more} more findings are not told; mend these first.")];
}
