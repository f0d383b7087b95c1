using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

internal enum ExpressionKind
{
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

/// <summary>A value inside a condition. Numbers are exact decimals; only one that no decimal holds is a double.</summary>
internal readonly record struct ExpressionValue(ExpressionKind Kind, bool Flag, decimal Number, double? Beyond, string? Text)
{
    public static readonly ExpressionValue Null;

    /// <summary>null, false, 0, "" and an empty list or object are false, all else is true.</summary>
    public bool IsTruthy => Kind switch
    {
        ExpressionKind.Null => false,
        ExpressionKind.Number => Beyond is not null || Number != 0,
        ExpressionKind.Text => Text!.Length > 0,
        _ => Flag,
    };

    public static ExpressionValue Of(bool value) => new(ExpressionKind.Bool, value, 0, null, null);

    public static ExpressionValue Of(string text) => new(ExpressionKind.Text, false, 0, null, text);

    public static ExpressionValue OfNumber(string text) => ExactDecimal.TryParse(text, out var exact)
        ? new(ExpressionKind.Number, false, exact, null, null)
        : new(ExpressionKind.Number, false, 0, double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), null);

    /// <summary>Reads canonical bytes; its first one says what it is.</summary>
    public static ExpressionValue Of(ReadOnlySpan<byte> canonical) => canonical[0] switch
    {
        (byte)'n' => Null,
        (byte)'t' => Of(true),
        (byte)'f' => Of(false),
        (byte)'"' => Of(JsonSerializer.Deserialize<string>(canonical)!),
        // The text of what has members or items is its canonical form: two are equal when their bytes are.
        (byte)'[' => new(ExpressionKind.List, canonical.Length > 2, 0, null, Encoding.UTF8.GetString(canonical)),
        (byte)'{' => new(ExpressionKind.Object, canonical.Length > 2, 0, null, Encoding.UTF8.GetString(canonical)),
        _ => Utf8Parser.TryParse(canonical, out decimal number, out var used) && used == canonical.Length && canonical.Length <= 28
            ? new(ExpressionKind.Number, false, number, null, null)
            : OfNumber(Encoding.UTF8.GetString(canonical)),
    };

    /// <summary>Null equals null only; anything may be compared with it.</summary>
    /// <exception cref="ExpressionException">The values are of unlike types.</exception>
    public static bool AreEqual(ExpressionValue left, ExpressionValue right)
    {
        if (left.Kind == ExpressionKind.Null || right.Kind == ExpressionKind.Null)
        {
            return left.Kind == right.Kind;
        }
        return left.Kind switch
        {
            _ when left.Kind != right.Kind => throw Unlike(left, right),
            ExpressionKind.Number => CompareNumbers(left, right) == 0,
            ExpressionKind.Bool => left.Flag == right.Flag,
            _ => left.Text == right.Text,
        };
    }

    /// <summary>Numbers by size, texts by the code of their characters.</summary>
    /// <exception cref="ExpressionException">The values are of unlike types, or of one that has no order.</exception>
    public static int Compare(ExpressionValue left, ExpressionValue right) => (left.Kind, right.Kind) switch
    {
        (ExpressionKind.Number, ExpressionKind.Number) => CompareNumbers(left, right),
        (ExpressionKind.Text, ExpressionKind.Text) => string.CompareOrdinal(left.Text, right.Text),
        _ => throw Unlike(left, right),
    };

    private static int CompareNumbers(ExpressionValue left, ExpressionValue right) => left.Beyond is null && right.Beyond is null
        ? left.Number.CompareTo(right.Number)
        : (left.Beyond ?? (double)left.Number).CompareTo(right.Beyond ?? (double)right.Number);

    private static ExpressionException Unlike(ExpressionValue left, ExpressionValue right) => new(
        $"E_TYPE: a {Name(left.Kind)} and a {Name(right.Kind)} cannot be compared like this.");

    public static string Name(ExpressionKind kind) => kind.ToString().ToLowerInvariant();
}
