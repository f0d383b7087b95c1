using System.Globalization;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>
/// Parses conditions: literals, paths (in <c>{{}}</c> or bare), <c>== != &lt; &lt;= &gt; &gt;=</c>, then <c>not</c>, <c>and</c>, <c>or</c>, and
/// parentheses. Bounded in length and depth, so that no text of any kind costs more than a moment.
/// </summary>
internal sealed class ExpressionParser
{
    public const int MaxBytes = 4096;
    public const int MaxDepth = 64;
    private readonly string _text;
    private int _at;
    private int _depth;

    private ExpressionParser(string text) => _text = text;

    /// <exception cref="ExpressionSyntaxException">E_EXPR or E_LIMIT, with the place.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MaxBytes || System.Text.Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            throw new ExpressionSyntaxException("E_LIMIT", $"A condition has at most {MaxBytes} bytes.");
        }
        var parser = new ExpressionParser(text);
        var expression = parser.Or();
        parser.Blanks();
        return parser._at == text.Length ? expression : throw parser.Bad("an operator or the end");
    }

    private Expression Or()
    {
        var left = And();
        while (Word("or"))
        {
            left = new LogicExpression(false, left, And());
        }
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (Word("and"))
        {
            left = new LogicExpression(true, left, Not());
        }
        return left;
    }

    private Expression Not()
    {
        if (!Word("not"))
        {
            return Compare();
        }
        Enter();
        var inner = Not();
        _depth--;
        return new NotExpression(inner);
    }

    private Expression Compare()
    {
        var left = Operand();
        if (Operator() is not { } comparison)
        {
            return left;
        }
        var right = Operand();
        return Operator() is null ? new CompareExpression(comparison, left, right) : throw Bad("one comparison at a time: use 'and'");
    }

    private Expression Operand()
    {
        Blanks();
        if (_at == _text.Length)
        {
            throw Bad("a value");
        }
        var c = _text[_at];
        if (c == '(')
        {
            _at++;
            Enter();
            var inner = Or();
            _depth--;
            Blanks();
            return Take(")") ? inner : throw Bad("')'");
        }
        if (c == '\'')
        {
            return new LiteralExpression(ExpressionValue.Of(TemplateLiteral.Text(_text, ref _at) ?? throw Bad("the closing '")));
        }
        if (char.IsAsciiDigit(c) || c == '-')
        {
            return new LiteralExpression(TemplateLiteral.Number(_text, ref _at) is { } number ? ExpressionValue.OfNumber(number) : throw Bad($"a number of at most {ExactDecimal.Limits}"));
        }
        if (Take("{{"))
        {
            Blanks();
            var path = Path();
            Blanks();
            return Take("}}") ? path : throw Bad("'}}'");
        }
        return Keyword() is { } literal ? literal : Path();
    }

    private LiteralExpression? Keyword() =>
        Word("true") ? new LiteralExpression(ExpressionValue.Of(true))
        : Word("false") ? new LiteralExpression(ExpressionValue.Of(false))
        : Word("null") ? new LiteralExpression(ExpressionValue.Null)
        : null;

    private PathExpression Path()
    {
        var path = ReferencePath.Parse(_text, _at, out var end) ?? throw Bad("a value");
        _at = end;
        return new PathExpression(path);
    }

    private Comparison? Operator()
    {
        Blanks();
        return Take("==") ? Comparison.Equal
            : Take("!=") ? Comparison.Unequal
            : Take("<=") ? Comparison.AtMost
            : Take(">=") ? Comparison.AtLeast
            : Take("<") ? Comparison.Less
            : Take(">") ? Comparison.Greater
            : null;
    }

    private bool Word(string word)
    {
        Blanks();
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0
            || (_at + word.Length < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at + word.Length]) || _text[_at + word.Length] is '_' or '.' or '[')))
        {
            return false;
        }
        _at += word.Length;
        return true;
    }

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_text, _at, text, 0, text.Length) != 0)
        {
            return false;
        }
        _at += text.Length;
        return true;
    }

    private void Blanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
    }

    // A chain of 'and' is a deep tree too, but 4 KB hold less than a thousand of them.
    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new ExpressionSyntaxException("E_LIMIT", $"A condition is at most {MaxDepth} levels deep.");
        }
    }

    private ExpressionSyntaxException Bad(string expected) => new(
        "E_EXPR", string.Create(CultureInfo.InvariantCulture, $"The condition does not parse at character {_at + 1}: expected {expected}."));
}

/// <summary>A condition that cannot be read.</summary>
internal sealed class ExpressionSyntaxException(string code, string message) : Exception(message)
{
    /// <summary>E_EXPR or E_LIMIT.</summary>
    public string Code => code;
}
