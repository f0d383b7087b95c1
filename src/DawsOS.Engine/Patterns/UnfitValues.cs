using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>
/// Finds what JSON lets pass and no value here can be: numbers that decimal does not hold exactly, and texts that are no Unicode. One of them must
/// not hide what else is wrong, so others are put in their place.
/// </summary>
/// <param name="Json">The file; where something was unfit a copy of the same length, so that every place stays where it is.</param>
/// <param name="Found">Where each begins, and what is wrong.</param>
/// <param name="Broken">Where it ends to be JSON; null = nowhere.</param>
internal sealed record UnfitValues(byte[] Json, IReadOnlyList<(int Offset, string Message)> Found, JsonException? Broken)
{
    public const int MaxDepth = 64;
    private const string NoNumber = $"The number cannot be held exactly: at most {ExactDecimal.Limits}.";
    private const string NoText = "This text is no Unicode: a byte is no UTF-8, or half of a surrogate pair stands alone.";

    public static UnfitValues Find(byte[] json)
    {
        var found = new List<(int, string)>();
        var mended = json;
        var start = json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(json.AsSpan(start), new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                var offset = start + (int)reader.TokenStartIndex;
                if (reader.TokenType == JsonTokenType.Number && !IsExact(reader.ValueSpan))
                {
                    found.Add((offset, NoNumber));
                    var number = Copy().AsSpan(offset, reader.ValueSpan.Length);
                    number.Fill((byte)' ');
                    // Every such number has at least four characters: 8e28.
                    "null"u8.CopyTo(number);
                }
                else if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsUnicode(reader.ValueSpan))
                {
                    found.Add((offset, NoText));
                    Mend(Copy().AsSpan(offset + 1, reader.ValueSpan.Length));
                }
            }
            return new UnfitValues(mended, found, null);
        }
        catch (JsonException e)
        {
            return new UnfitValues(mended, found, e);
        }

        byte[] Copy() => ReferenceEquals(mended, json) ? mended = [.. json] : mended;
    }

    // Most numbers are short and plain: those fit for sure.
    private static bool IsExact(ReadOnlySpan<byte> number) =>
        (number.Length <= 28 && number.IndexOfAny((byte)'e', (byte)'E') < 0) || ExactDecimal.TryParse(Encoding.ASCII.GetString(number), out _);

    private static bool IsUnicode(ReadOnlySpan<byte> text) => Utf8.IsValid(text) && LoneHalf(text, 0) < 0;

    // Where the next \uD800 to \uDFFF is that is no half of a pair; -1 for nowhere.
    private static int LoneHalf(ReadOnlySpan<byte> text, int from)
    {
        for (var i = from; i < text.Length && text[i..].IndexOf((byte)'\\') is var next and >= 0; i++)
        {
            i += next;
            if (text[i + 1] != 'u')
            {
                i++;
            }
            else if (!char.IsSurrogate(Unit(text, i)))
            {
                i += 5;
            }
            else if (char.IsHighSurrogate(Unit(text, i)) && text[(i + 6)..].StartsWith("\\u"u8) && char.IsLowSurrogate(Unit(text, i + 6)))
            {
                i += 11;
            }
            else
            {
                return i;
            }
        }
        return -1;
    }

    private static char Unit(ReadOnlySpan<byte> text, int at) =>
        (char)ushort.Parse(text.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static void Mend(Span<byte> text)
    {
        for (var i = 0; i < text.Length;)
        {
            var isFine = Rune.DecodeFromUtf8(text[i..], out _, out var count) == System.Buffers.OperationStatus.Done;
            if (!isFine)
            {
                text.Slice(i, count).Fill((byte)'?');
            }
            i += count;
        }
        for (var at = LoneHalf(text, 0); at >= 0; at = LoneHalf(text, at))
        {
            "fffd"u8.CopyTo(text[(at + 2)..]);
        }
    }
}
