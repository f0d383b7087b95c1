using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace DawsOS.Patterns;

/// <summary>
/// Where a template looks: a root (<c>inputs</c>, <c>ctx</c> or a step) and the way down from it: <c>.name</c>, <c>[0]</c>, <c>['any name']</c>.
/// <c>state.step</c> and <c>step</c> are the same.
/// </summary>
internal sealed record ReferencePath(string Text, string Root, ImmutableArray<PathPart> Parts)
{
    public const string Inputs = "inputs";
    public const string Context = "ctx";
    private const string State = "state";

    /// <summary>What is there or not as a whole: a step, or one of the inputs or of the context.</summary>
    public string Holder => Root is Inputs or Context && Parts is [{ Name: { } name }, ..] ? $"{Root}.{name}" : Root;

    /// <summary>Reads a path that begins at <paramref name="start"/>; null when it does not parse. <paramref name="end"/> is behind it.</summary>
    public static ReferencePath? Parse(string text, int start, out int end)
    {
        var parts = new List<PathPart>();
        end = start;
        if (Identifier(text, ref end) is not { } root)
        {
            return null;
        }
        while (end < text.Length && text[end] is '.' or '[')
        {
            if (Part(text, ref end) is not { } part)
            {
                return null;
            }
            parts.Add(part);
        }
        var path = text[start..end];
        if (root != State)
        {
            return new ReferencePath(path, root, [.. parts]);
        }
        return parts is [{ Name: { } step }, ..] ? new ReferencePath(path, step, [.. parts.Skip(1)]) : null;
    }

    public static bool TryWalk(JsonElement element, IEnumerable<PathPart> parts, out JsonElement found)
    {
        found = element;
        foreach (var part in parts)
        {
            if (part.Name is { } name)
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                {
                    return false;
                }
            }
            else if (found.ValueKind == JsonValueKind.Array && part.Index < found.GetArrayLength())
            {
                found = found[part.Index];
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    private static PathPart? Part(string text, ref int at)
    {
        if (text[at++] == '.')
        {
            return Identifier(text, ref at) is { } name ? new PathPart(name, 0) : null;
        }
        var quoted = at < text.Length && text[at] == '\'';
        var stop = text.IndexOf(quoted ? "']" : "]", quoted ? ++at : at, StringComparison.Ordinal);
        if (stop < 0)
        {
            return null;
        }
        var inner = text[at..stop];
        at = stop + (quoted ? 2 : 1);
        if (quoted)
        {
            return new PathPart(inner, 0);
        }
        return int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new PathPart(null, index) : null;
    }

    private static string? Identifier(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '_' || (at > start && char.IsAsciiDigit(text[at]))))
        {
            at++;
        }
        return at > start ? text[start..at] : null;
    }
}

/// <summary>One step down: a member's name, or the index of an item when there is no name.</summary>
internal readonly record struct PathPart(string? Name, int Index);
