using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace DawsOS.Canonical;

/// <summary>
/// One text per JSON value, so that equal values have equal bytes and hashes: UTF-8, object keys in ordinal order, no blanks, minimal escapes,
/// numbers that decimal holds exactly in plain digits without trailing zeros (-0 = 0), all others as the shortest double that reads back.
/// </summary>
internal static class CanonicalJson
{
    private const int MaxDepth = 64;
    private static readonly SearchValues<byte> PlainNumber = SearchValues.Create("-.0123456789"u8);

    /// <summary>How records become JSON: members in snake_case.</summary>
    public static readonly JsonSerializerOptions Records = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <exception cref="FormatException">A key twice, a number beyond double, text that is no Unicode, or deeper than 64; says where.</exception>
    public static byte[] Write(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, element, "", 0);
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">As for an element.</exception>
    public static byte[] Write(JsonNode? node) => Write(JsonSerializer.SerializeToElement(node));

    /// <summary>A record or list, members in snake_case, as a value for messages.</summary>
    public static CanonicalValue Of<T>(T value) => new(Write(JsonSerializer.SerializeToElement(value, Records)));

    public static CanonicalValue Of(JsonElement element) => new(Write(element));

    /// <summary>The number as canonical text; <paramref name="text"/> is a JSON number.</summary>
    public static string Number(string text)
    {
        if (ExactDecimal.TryParse(text, out var exact))
        {
            return ExactDecimal.ToText(exact);
        }
        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture)
            : throw new FormatException("The number is too large.");
    }

    private static void Write(IBufferWriter<byte> buffer, JsonElement element, string pointer, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"The value is deeper than {MaxDepth} levels.");
        }
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(buffer, element, pointer, depth);
                break;
            case JsonValueKind.Array:
                WriteArray(buffer, element, pointer, depth);
                break;
            case JsonValueKind.String:
                WriteText(buffer, element, pointer);
                break;
            case JsonValueKind.Number:
                WriteNumber(buffer, element);
                break;
            case JsonValueKind.True:
                buffer.Write("true"u8);
                break;
            case JsonValueKind.False:
                buffer.Write("false"u8);
                break;
            default:
                buffer.Write("null"u8);
                break;
        }
    }

    private static void WriteObject(IBufferWriter<byte> buffer, JsonElement element, string pointer, int depth)
    {
        var members = element.EnumerateObject().Select(member => (Name: Name(member, pointer), member.Value)).ToArray();
        Array.Sort(members, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        buffer.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            var (name, value) = members[i];
            if (i > 0)
            {
                if (name == members[i - 1].Name)
                {
                    throw new FormatException($"The member '{pointer}/{name}' is there twice.");
                }
                buffer.Write(","u8);
            }
            WriteString(buffer, name);
            buffer.Write(":"u8);
            Write(buffer, value, $"{pointer}/{name}", depth + 1);
        }
        buffer.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> buffer, JsonElement element, string pointer, int depth)
    {
        buffer.Write("["u8);
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first)
            {
                buffer.Write(","u8);
            }
            first = false;
            Write(buffer, item, pointer, depth + 1);
        }
        buffer.Write("]"u8);
    }

    // ASCII without a backslash has nothing to escape or to unescape: most texts are copied as they are.
    private static void WriteText(IBufferWriter<byte> buffer, JsonElement element, string pointer)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (Ascii.IsValid(raw) && raw.IndexOf((byte)'\\') < 0)
        {
            buffer.Write(raw);
            return;
        }
        WriteString(buffer, Text(element, pointer));
    }

    private static void WriteNumber(IBufferWriter<byte> buffer, JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (IsPlain(raw))
        {
            buffer.Write(raw);
            return;
        }
        Encoding.UTF8.GetBytes(Number(element.GetRawText()), buffer);
    }

    // Plain digits that decimal holds for sure and that end in no zero behind the point: canonical already. JSON has no leading zeros.
    private static bool IsPlain(ReadOnlySpan<byte> raw) =>
        raw.Length <= 28 && raw.IndexOfAnyExcept(PlainNumber) < 0 && (raw.IndexOf((byte)'.') < 0 ? !raw.SequenceEqual("-0"u8) : raw[^1] != '0');

    private static string Text(JsonElement element, string pointer)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"The text at '{pointer}' is no Unicode.", e);
        }
    }

    private static string Name(JsonProperty member, string pointer)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"A member name at '{pointer}' is no Unicode.", e);
        }
    }

    // Only what JSON demands is escaped: quote, backslash and control characters.
    public static void WriteString(IBufferWriter<byte> buffer, string text)
    {
        buffer.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (Escape(text[i]) is { } escape)
            {
                Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), buffer);
                Encoding.UTF8.GetBytes(escape, buffer);
                start = i + 1;
            }
        }
        Encoding.UTF8.GetBytes(text.AsSpan(start), buffer);
        buffer.Write("\""u8);
    }

    private static string? Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        _ => null,
    };
}
