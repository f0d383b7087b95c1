using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Parses arguments with their templates, once, at load.</summary>
/// <param name="check">Called for every template with its pointer.</param>
/// <param name="report">Called for every fault: pointer, code, message.</param>
internal sealed class ArgumentReader(Action<Template, string> check, Action<string, string, string> report)
{
    public Argument Read(JsonElement element, string pointer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)
                    .Select(member => (Name(member.Name), Read(member.Value, JsonPointer.Down(pointer, member.Name)))).ToImmutableArray();
                return members.All(member => member.Item2 is LiteralArgument) ? Literal(element) : new ObjectArgument(members);
            case JsonValueKind.Array:
                var items = element.EnumerateArray().Select((item, index) => Read(item, JsonPointer.Down(pointer, index))).ToImmutableArray();
                return items.All(item => item is LiteralArgument) ? Literal(element) : new ArrayArgument(items);
            case JsonValueKind.String when element.GetString()!.Contains("{{", StringComparison.Ordinal):
                return ReadText(element.GetString()!, pointer);
            default:
                return Literal(element);
        }
    }

    private static LiteralArgument Literal(JsonElement element) => new(CanonicalJson.Of(element));

    private static byte[] Name(string name)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CanonicalJson.WriteString(buffer, name);
        buffer.Write(":"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private Argument ReadText(string text, string pointer)
    {
        var parts = ImmutableArray.CreateBuilder<TextPart>();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            var end = open + 2;
            if (ReadTemplate(text, ref end) is not { } template)
            {
                report(
                    pointer, "E_EXPR",
                    $"The template at character {open + 1} is none: write {{{{inputs.x}}}}, {{{{ctx.x}}}} or {{{{step.x}}}}, with a default {{{{step.x ?? 0}}}}; a number has at most {ExactDecimal.Limits}.");
                return new LiteralArgument(CanonicalValue.Null);
            }
            check(template, pointer);
            parts.Add(new TextPart(text[at..open], template));
            at = end;
        }
        if (parts is [{ Text.Length: 0, Template: { } whole }] && at == text.Length)
        {
            return new ReferenceArgument(whole, pointer);
        }
        parts.Add(new TextPart(text[at..], null));
        return new TextArgument(parts.ToImmutable(), pointer);
    }

    // From behind {{ to behind }}.
    private static Template? ReadTemplate(string text, ref int at)
    {
        Blanks(text, ref at);
        if (ReferencePath.Parse(text, at, out at) is not { } path)
        {
            return null;
        }
        Blanks(text, ref at);
        CanonicalValue? fallback = null;
        if (Take(text, ref at, "??"))
        {
            Blanks(text, ref at);
            if (Fallback(text, ref at) is not { } value)
            {
                return null;
            }
            fallback = value;
            Blanks(text, ref at);
        }
        return Take(text, ref at, "}}") ? new Template(path, fallback) : null;
    }

    private static CanonicalValue? Fallback(string text, ref int at)
    {
        if (at < text.Length && text[at] == '\'')
        {
            return TemplateLiteral.Text(text, ref at) is { } quoted ? CanonicalJson.Of(quoted) : null;
        }
        foreach (var word in (string[])["null", "true", "false"])
        {
            if (Take(text, ref at, word))
            {
                return new CanonicalValue(System.Text.Encoding.UTF8.GetBytes(word));
            }
        }
        return TemplateLiteral.Number(text, ref at) is { } number ? new CanonicalValue(System.Text.Encoding.UTF8.GetBytes(CanonicalJson.Number(number))) : null;
    }

    private static bool Take(string text, ref int at, string expected)
    {
        if (string.CompareOrdinal(text, at, expected, 0, expected.Length) != 0)
        {
            return false;
        }
        at += expected.Length;
        return true;
    }

    private static void Blanks(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }
}

/// <summary>RFC 6901, but of bounded length: below 500 characters the way down is only hinted at, or long names around many values would cost gigabytes.</summary>
internal static class JsonPointer
{
    private const int MaxLength = 500;
    private const string Deeper = "/…";

    public static string Down(string pointer, string name) => pointer.Length + name.Length > MaxLength
        ? Stop(pointer)
        : Down(pointer, name.AsSpan().ContainsAny('~', '/'), name);

    public static string Down(string pointer, int index) => pointer.Length + 10 > MaxLength
        ? Stop(pointer)
        : Down(pointer, false, index.ToString(CultureInfo.InvariantCulture));

    private static string Down(string pointer, bool escape, string name) => pointer.EndsWith(Deeper, StringComparison.Ordinal)
        ? pointer
        : $"{pointer}/{(escape ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : name)}";

    private static string Stop(string pointer) => pointer.EndsWith(Deeper, StringComparison.Ordinal) ? pointer : pointer + Deeper;
}
