using System.Text;

using DawsOS.Agents;
using DawsOS.Agents.Conformance;

namespace DawsOS.Patterns;

/// <summary>Numbers that decimal does not hold and texts that are no Unicode: told where they are, beside everything else.</summary>
public sealed class UnfitValueTests
{
    private const string LongNumber = "0.12345678901234567890123456789012345";
    private static readonly CapabilityRegistry Capabilities = new([new Echo()]);

    public static TheoryData<string, string> Places => new()
    {
        { "\"steps\":[{\"capability\":\"t.echo\",\"args\":{\"v\":[1,#]},\"as\":\"a\"}]", "/steps/0/args/v/1" },
        { "\"steps\":[{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\",\"timeout_ms\":#}]", "/steps/0/timeout_ms" },
        { "\"inputs\":{\"n\":{\"type\":\"number\",\"default\":#}},\"steps\":[{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}]", "/inputs/n/default" },
        { "\"inputs\":{\"n\":{\"type\":\"number\",\"min\":#}},\"steps\":[{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}]", "/inputs/n/min" },
        { "\"inputs\":{\"n\":{\"type\":\"number\",\"enum\":[1,#]}},\"steps\":[{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}]", "/inputs/n/enum/1" },
        { "\"presentation\":{\"x\":#},\"steps\":[{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}]", "/presentation/x" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_number_that_decimal_does_not_hold_is_refused_wherever_it_is(string members, string pointer)
    {
        foreach (var number in new[] { LongNumber, "1e400", "79228162514264337593543950336", "-1e-29" })
        {
            var json = $"{{\"id\":\"p\",\"name\":\"P\",\n{members.Replace("#", number, StringComparison.Ordinal)},\n\"outputs\":[\"a\"]}}";

            var finding = Assert.Single(Findings(json));

            Assert.Equal(("E_JSON", pointer, 2), (finding.Code, finding.Pointer, finding.Line));
            Assert.Equal(members.IndexOf('#', StringComparison.Ordinal) + 1, finding.Column);
            Assert.Contains("cannot be held exactly", finding.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"args\":{\"v\":\"{{a ?? #}}\"}", "/steps/1/args/v")]
    [InlineData("\"args\":{\"v\":1},\"condition\":\"a > #\"", "/steps/1/condition")]
    public void A_literal_in_a_template_or_a_condition_is_held_exactly_or_refused(string members, string pointer)
    {
        Assert.Empty(Findings(Two("1e1")));
        Assert.Empty(Findings(Two("0.1234567890123456789012345678")));
        foreach (var number in new[] { LongNumber, "1e300" })
        {
            var finding = Assert.Single(Findings(Two(number)));

            Assert.Equal(("E_EXPR", pointer), (finding.Code, finding.Pointer));
            Assert.Contains("28 significant digits", finding.Message, StringComparison.Ordinal);
        }

        string Two(string number) => $$"""
            {"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"},
             {"capability":"t.echo","as":"b",{{members.Replace("#", number, StringComparison.Ordinal)}}}],"outputs":["b"]}
            """;
    }

    [Fact]
    public void An_exact_number_keeps_its_digits()
    {
        var (pattern, findings) = PatternReader.Read(Capabilities, File(
            """{"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":12345678901234567890.12345678},"as":"a"}],"outputs":["a"]}"""));

        Assert.Empty(findings);
        Assert.Equal("""{"v":12345678901234567890.12345678}""", Assert.IsType<LiteralArgument>(pattern!.Steps[0].Args).Value.ToString());
    }

    [Fact]
    public void One_such_value_does_not_hide_what_else_is_wrong()
    {
        var findings = Findings("""
            {"id":"p","name":"a \ud800 b","nmae":1,
             "steps":[{"capability":"t.echo","args":{"v":1e400},"as":"a"},
                      {"capability":"t.ecco","args":{"\udc00\ud800":["😀 \ud83d\ude00","\ude00\ud83d"]},"as":"b"}],
             "outputs":["ghost"]}
            """);

        Assert.Equal(
            [
                "1:18 E_JSON /name", "1:31 E_UNKNOWN_KEY /nmae", "2:46 E_JSON /steps/0/args/v", "3:25 E_CAP /steps/1/capability",
                "3:42 E_JSON /steps/1/args/\uFFFD\uFFFD", "3:76 E_JSON /steps/1/args/\uFFFD\uFFFD/1", "4:13 E_REF /outputs/0",
            ],
            findings.Select(finding => $"{finding.Line}:{finding.Column} {finding.Code} {finding.Pointer}"));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_told_where_they_are()
    {
        var json = Encoding.UTF8.GetBytes("""{"id":"p","name":"??","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}""");
        json[Array.IndexOf(json, (byte)'?')] = 0xFF;

        var finding = Assert.Single(PatternReader.Read(Capabilities, new PatternFile("p.json", json)).Findings);

        Assert.Equal(("E_JSON", "/name", 1, 18), (finding.Code, finding.Pointer, finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("{\"id\":\"p\",\n \"é\": nothing}", 2, 8)]
    [InlineData("\uFEFF{\"id\":\"p\" \"name\":1}", 1, 11)]
    [InlineData("{\"id\":1e400,\n\"name\":", 2, 8)]
    public void Where_it_ends_to_be_json_is_told_in_characters(string json, int line, int column)
    {
        var finding = Findings(json)[^1];

        Assert.Equal(("E_JSON", "", line, column), (finding.Code, finding.Pointer, finding.Line, finding.Column));
        Assert.DoesNotContain("LineNumber", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deeper_than_64_levels_is_refused()
    {
        Assert.Empty(Findings(Nested(60)));
        var finding = Assert.Single(Findings(Nested(61)));
        Assert.Equal("E_JSON", finding.Code);
        Assert.Equal("E_JSON", Assert.Single(Findings(Nested(100_000))).Code);

        // The definition, its steps, the step and its arguments are four levels around it.
        static string Nested(int depth) => $$"""
            {"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":{{new string('[', depth)}}{{new string(']', depth)}}},"as":"a"}],"outputs":["a"]}
            """;
    }

    private static IReadOnlyList<PatternFinding> Findings(string json) => PatternReader.Read(Capabilities, File(json)).Findings;

    private static PatternFile File(string json) => new("p.json", Encoding.UTF8.GetBytes(json));
}
