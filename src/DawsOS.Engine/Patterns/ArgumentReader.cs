using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Parses arguments with their templates, once, at load.</summary>
/// <param name="check">Called for every reference with its pointer.</param>
/// <param name="report">Called for every fault: pointer, code, message.</param>
internal sealed class ArgumentReader(Action<ReferencePath, string> check, Action<string, string, string> report)
{
    public Argument Read(JsonElement element, string pointer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = element.EnumerateObject().ToImmutableSortedDictionary(
                    member => member.Name, member => Read(member.Value, JsonPointer.Down(pointer, member.Name)), StringComparer.Ordinal);
                return members.Values.All(member => member is LiteralArgument) ? Literal(element) : new ObjectArgument(members);
            case JsonValueKind.Array:
                var items = element.EnumerateArray().Select((item, index) => Read(item, $"{pointer}/{index}")).ToImmutableArray();
                return items.All(item => item is LiteralArgument) ? Literal(element) : new ArrayArgument(items);
            case JsonValueKind.String when element.GetString()!.Contains("{{", StringComparison.Ordinal):
                return ReadText(element.GetString()!, pointer);
            default:
                return Literal(element);
        }
    }

    private static LiteralArgument Literal(JsonElement element) => new(CanonicalJson.Of(element));

    private Argument ReadText(string text, string pointer)
    {
        var parts = ImmutableArray.CreateBuilder<TextPart>();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            var start = SkipBlanks(text, open + 2);
            var path = ReferencePath.Parse(text, start, out var end);
            end = SkipBlanks(text, end);
            if (path is null || string.CompareOrdinal(text, end, "}}", 0, 2) != 0)
            {
                report(pointer, "E_EXPR", $"The template at character {open + 1} is none: write {{{{inputs.x}}}}, {{{{ctx.x}}}} or {{{{step.x}}}}.");
                return new LiteralArgument(CanonicalValue.Null);
            }
            check(path, pointer);
            parts.Add(new TextPart(text[at..open], path));
            at = end + 2;
        }
        if (parts is [{ Text.Length: 0, Path: { } whole }] && at == text.Length)
        {
            return new ReferenceArgument(whole, pointer);
        }
        parts.Add(new TextPart(text[at..], null));
        return new TextArgument(parts.ToImmutable(), pointer);
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
        return at;
    }
}

/// <summary>RFC 6901.</summary>
internal static class JsonPointer
{
    public static string Down(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
