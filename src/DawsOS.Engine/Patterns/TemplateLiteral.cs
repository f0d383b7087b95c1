using System.Text;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Literals inside templates and conditions: <c>'text'</c> (a quote in it is doubled) and JSON numbers.</summary>
internal static class TemplateLiteral
{
    /// <summary>The text whose opening quote is at <paramref name="at"/>; null when it does not end.</summary>
    public static string? Text(string source, ref int at)
    {
        var text = new StringBuilder();
        for (var i = at + 1; i < source.Length; i++)
        {
            if (source[i] != '\'')
            {
                text.Append(source[i]);
            }
            else if (i + 1 < source.Length && source[i + 1] == '\'')
            {
                text.Append('\'');
                i++;
            }
            else
            {
                at = i + 1;
                return text.ToString();
            }
        }
        return null;
    }

    /// <summary>A JSON number, <c>1e1</c> included; null when there is none, or one that decimal does not hold exactly.</summary>
    public static string? Number(string source, ref int at)
    {
        var end = at;
        if (end < source.Length && source[end] == '-')
        {
            end++;
        }
        var digits = Digits(source, ref end);
        if (digits == 0 || (digits > 1 && source[end - digits] == '0'))
        {
            return null;
        }
        if (end < source.Length && source[end] == '.' && ++end > 0 && Digits(source, ref end) == 0)
        {
            return null;
        }
        if (end < source.Length && source[end] is 'e' or 'E')
        {
            end++;
            if (end < source.Length && source[end] is '+' or '-')
            {
                end++;
            }
            if (Digits(source, ref end) == 0)
            {
                return null;
            }
        }
        var number = source[at..end];
        if (!ExactDecimal.TryParse(number, out _))
        {
            return null;
        }
        at = end;
        return number;
    }

    private static int Digits(string source, ref int at)
    {
        var start = at;
        while (at < source.Length && char.IsAsciiDigit(source[at]))
        {
            at++;
        }
        return at - start;
    }
}
