using System.Globalization;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

public sealed class ExpressionTests
{
    private static readonly RunScope Scope = MakeScope();

    [Theory]
    [InlineData("true or true and false", true)]
    [InlineData("(false or true) and true", true)]
    [InlineData("(true or true) and false", false)]
    [InlineData("50 > 1e1", true)]
    [InlineData("not false and false", false)]
    [InlineData("not (false and false)", true)]
    [InlineData("inputs.n == 5", true)]
    [InlineData("{{ inputs.n }} == 5.0", true)]
    [InlineData("inputs.d > 0.1", true)]
    [InlineData("inputs.d == 0.1000000000000000000000000001", true)]
    [InlineData("inputs.t == 'it''s'", true)]
    [InlineData("inputs.t >= 'a'", true)]
    [InlineData("inputs.nothing", false)]
    [InlineData("inputs.nothing == null", true)]
    [InlineData("inputs.z == null and inputs.z != 1", true)]
    [InlineData("inputs.missing.deep != null", false)]
    [InlineData("inputs.empty", false)]
    [InlineData("inputs.list", true)]
    [InlineData("inputs.list[1] == 2", true)]
    [InlineData("inputs.list['a.b'] == null", true)]
    [InlineData("inputs.list == inputs.list", true)]
    [InlineData("inputs.zero or inputs.no or '' or 0", false)]
    [InlineData("-1 < 0", true)]
    [InlineData("notable == null", true)]
    [InlineData("79228162514264337593543950335 > 7.9e28", true)]
    [InlineData("inputs.huge > 79228162514264337593543950335", true)]
    public void A_condition_is_decided_on_values(string text, bool expected) => Assert.Equal(expected, ExpressionParser.Parse(text).IsTrue(Scope));

    [Theory]
    [InlineData("inputs.n == 'a'")]
    [InlineData("inputs.n < null")]
    [InlineData("inputs.list < inputs.list")]
    [InlineData("true > false")]
    public void Unlike_types_are_an_error_and_not_false(string text) => Assert.Throws<ExpressionException>(() => ExpressionParser.Parse(text).IsTrue(Scope));

    [Theory]
    [InlineData("", 1)]
    [InlineData("1 = 2", 3)]
    [InlineData("1 == 2 == 3", 10)]
    [InlineData("(1", 3)]
    [InlineData("'a", 1)]
    [InlineData("a and", 6)]
    [InlineData("01", 1)]
    [InlineData("1 < 1e300", 5)]
    [InlineData("0.12345678901234567890123456789012345", 1)]
    [InlineData("a[", 1)]
    [InlineData("{{a} == 1", 4)]
    [InlineData("__import__('os')", 11)]
    public void What_does_not_parse_says_where(string text, int character)
    {
        var fault = Assert.Throws<ExpressionSyntaxException>(() => ExpressionParser.Parse(text));

        Assert.Equal("E_EXPR", fault.Code);
        Assert.Contains($"character {character}:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_trees_agree_with_a_reference()
    {
        var random = new Random(8);
        for (var i = 0; i < 5_000; i++)
        {
            var (text, expected) = Tree(random, 4);
            Assert.True(expected == ExpressionParser.Parse(text).IsTrue(Scope), text);
        }
    }

    // Writes a tree with only as many parentheses as precedence wants, and decides it on its own.
    private static (string Text, bool Value) Tree(Random random, int depth)
    {
        switch (depth == 0 ? 0 : random.Next(4))
        {
            case 1:
                var inner = Tree(random, depth - 1);
                return ($"not ({inner.Text})", !inner.Value);
            case 2:
                var (l, r) = (Tree(random, depth - 1), Tree(random, depth - 1));
                return ($"({l.Text}) and ({r.Text})", l.Value && r.Value);
            case 3:
                var (a, b) = (Tree(random, depth - 1), Tree(random, depth - 1));
                // 'and' binds more than 'or': a bare alternative of two leaves stays together.
                return ($"{Bare(a.Text)} or {Bare(b.Text)}", a.Value || b.Value);
            default:
                return Leaf(random);
        }

        static string Bare(string text) => text.Contains(" or ", StringComparison.Ordinal) ? $"({text})" : text;
    }

    private static (string Text, bool Value) Leaf(Random random)
    {
        var (x, y) = (random.Next(-30, 31) / 10m, random.Next(-30, 31) / 10m);
        var (left, right) = (Text(x), Text(y));
        return random.Next(6) switch
        {
            0 => ($"{left} < {right}", x < y),
            1 => ($"{left} >= {right}", x >= y),
            2 => ($"{left} == {right}", x == y),
            3 => ($"{left} != {right}", x != y),
            4 => (left, x != 0),
            _ => ("inputs.n > 4", true),
        };

        string Text(decimal value) => random.Next(2) == 0
            ? value.ToString(CultureInfo.InvariantCulture)
            : $"{(value * 10).ToString("0", CultureInfo.InvariantCulture)}e-1";
    }

    private static RunScope MakeScope() => new(
        CanonicalJson.Of(JsonSerializer.Deserialize<JsonElement>(
            """{"n":5,"d":0.1000000000000000000000000001,"t":"it's","z":null,"empty":[],"list":[1,2],"zero":0,"no":false,"huge":1e300}""")),
        CanonicalValue.Null);
}
