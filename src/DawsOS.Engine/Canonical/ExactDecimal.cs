using System.Globalization;

namespace DawsOS.Canonical;

/// <summary>Decimals that survive: read only when nothing is lost, written in plain digits without trailing zeros, and -0 = 0.</summary>
internal static class ExactDecimal
{
    /// <summary>What fits, for messages.</summary>
    public const string Limits = "28 significant digits, for some numbers 29, and up to 7.9e28";

    /// <summary>True when the JSON or CSV number <paramref name="text"/> (digits, sign, point, exponent) is exactly a decimal.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        // decimal.TryParse takes NULs at the end for nothing.
        if (text.Contains('\0')
            || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var parsed))
        {
            return false;
        }
        if (!FitsForSure(text) && !SameDigits(text, parsed))
        {
            return false;
        }
        value = Trim(parsed);
        return true;
    }

    public static decimal Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var value) ? value : throw new FormatException("The text is not exactly a decimal.");

    /// <summary>The same number without trailing zeros, and without a sign when it is zero.</summary>
    // Dividing by 1 with 28 zeros makes the runtime drop the scale it does not need.
    public static decimal Trim(decimal value) => value == 0 ? 0 : value / 1.0000000000000000000000000000m;

    /// <summary>Plain digits: no exponent, no trailing zeros.</summary>
    public static string ToText(decimal value) => Trim(value).ToString(CultureInfo.InvariantCulture);

    // Up to 28 digits, point and sign included, and no exponent: nothing can have been rounded.
    private static bool FitsForSure(ReadOnlySpan<char> text) => text.Length <= 28 && text.IndexOfAny('e', 'E') < 0;

    // decimal.TryParse rounds in silence what does not fit, so the digits of the text are compared with those of the result.
    private static bool SameDigits(ReadOnlySpan<char> text, decimal parsed)
    {
        var (asked, askedPower) = Significant(text);
        var (got, gotPower) = Significant(parsed.ToString(CultureInfo.InvariantCulture));
        return asked == got && (asked.Length == 0 || askedPower == gotPower);
    }

    // The digits without leading and trailing zeros, and the power of ten of the last one.
    private static (string Digits, long Power) Significant(ReadOnlySpan<char> text)
    {
        long power = 0;
        var e = text.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!long.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power))
            {
                return ("overflow", 0);
            }
            text = text[..e];
        }
        var point = text.IndexOf('.');
        power -= point < 0 ? 0 : text.Length - point - 1;
        var digits = string.Concat(text.ToString().Where(char.IsAsciiDigit)).TrimStart('0');
        var trimmed = digits.TrimEnd('0');
        return (trimmed, power + digits.Length - trimmed.Length);
    }
}
