using System.Text;
using DawsOS.Agents;
using DawsOS.Agents.Conformance;
using DawsOS.Storage;

namespace DawsOS.Patterns;

/// <summary>What is found in a definition at start.</summary>
public sealed class PatternReaderTests
{
    private const string Good = """{"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}""";
    private static readonly CapabilityRegistry Capabilities = new([new Echo()]);

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_no_fault()
    {
        var (pattern, findings) = PatternReader.Read(Capabilities, new PatternFile("p.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good.Replace(",", ",\r\n", StringComparison.Ordinal))]));

        Assert.Empty(findings);
        Assert.Equal("p", pattern!.Id);
    }

    [Theory]
    [InlineData("""{"id":"p","id":"p"}""", "E_JSON", "/id")]
    [InlineData("""{"id":NaN}""", "E_JSON", "")]
    [InlineData("[]", "E_TYPE", "")]
    public void What_is_no_definition_at_all_has_one_finding(string json, string code, string pointer)
    {
        var finding = Assert.Single(Findings(json));
        Assert.Equal((code, pointer), (finding.Code, finding.Pointer));
    }

    [Theory]
    [InlineData("\"name\"", "\"durable\":false,\"name\"", "E_UNKNOWN_KEY", "/durable")]
    [InlineData("\"name\"", "\"export_allowed\":{},\"name\"", "E_UNKNOWN_KEY", "/export_allowed")]
    [InlineData("\"name\"", "\"observability\":{},\"name\"", "E_UNKNOWN_KEY", "/observability")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"a\",\"title\":\"A\",\"type\":\"t\",\"on_failure\":\"last_good\"}]},\"name\"", "E_UNKNOWN_KEY", "/display/panels/0/on_failure")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"a\",\"title\":\"A\",\"type\":\"t\",\"on_failure\":\"omit\"}]},\"name\"", "E_UNKNOWN_KEY", "/display/panels/0/on_failure")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"a\",\"title\":\"A\",\"type\":\"t\",\"max_age\":5}]},\"name\"", "E_UNKNOWN_KEY", "/display/panels/0/max_age")]
    [InlineData("\"name\"", "\"rights_required\":[\"read_everything\"],\"name\"", "E_REF", "/rights_required/0")]
    [InlineData("\"name\"", "\"timeout_ms\":30001,\"name\"", "E_TYPE", "/timeout_ms")]
    [InlineData("\"name\"", "\"inputs\":[],\"name\"", "E_TYPE", "/inputs")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"1 <\"", "E_EXPR", "/steps/0/condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"1 == 'a'\"", "E_TYPE", "/steps/0/condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"ctx.asof_date > 5\"", "E_TYPE", "/steps/0/condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"ghost\"", "E_REF", "/steps/0/condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"a == 1\"", "E_CYCLE", "/steps/0/condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{}", "E_TYPE", "/steps/0/retry")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"delays_s\":[1],\"base_s\":1}", "E_TYPE", "/steps/0/retry/base_s")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"optional\":1", "E_TYPE", "/steps/0/optional")]
    [InlineData("t.echo", "t.ecco", "E_CAP", "/steps/0/capability")]
    [InlineData("{\"v\":1}", "{\"v\":1,\"w\":2}", "E_ARG", "/steps/0/args/w")]
    [InlineData("{\"v\":1}", "{}", "E_ARG", "/steps/0/args")]
    [InlineData("{\"v\":1}", "{\"v\":{\"n\":\"{{state.ghost}}\"}}", "E_REF", "/steps/0/args/v/n")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{inputs.ghost}}\"}", "E_REF", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{ctx.timestamp}}\"}", "E_REF", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{a.x}}\"}", "E_CYCLE", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{ctx.asof_date ?? nothing}}\"}", "E_EXPR", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{inputs.x\"}", "E_EXPR", "/steps/0/args/v")]
    [InlineData("\"as\":\"a\"}", "\"as\":\"a\"},{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}", "E_DUP", "/steps/1/as")]
    [InlineData("\"as\":\"a\"", "\"as\":\"ctx\"", "E_DUP", "/steps/0/as")]
    [InlineData("[\"a\"]", "[\"b\"]", "E_REF", "/outputs/0")]
    [InlineData("[\"a\"]", "{\"panels\":[\"a\"]}", "E_TYPE", "/outputs")]
    [InlineData("[\"a\"]", "[\"a\",\"a\"]", "E_DUP", "/outputs/1")]
    [InlineData("\"id\":\"p\"", "\"id\":\"../p\"", "E_TYPE", "/id")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"integer\",\"default\":\"5\"}},\"name\"", "E_TYPE", "/inputs/n/default")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"int\"}},\"name\"", "E_TYPE", "/inputs/n/type")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"boolean\",\"max\":1}},\"name\"", "E_TYPE", "/inputs/n/max")]
    public void A_fault_is_found_where_it_is(string good, string bad, string code, string pointer) =>
        Assert.Contains(Findings(Good.Replace(good, bad, StringComparison.Ordinal)), finding => finding.Code == code && finding.Pointer == pointer);

    [Theory]
    [InlineData("\"name\"", "\"nmae\":1,\"name\"", 1, 11, "name")]
    [InlineData("t.echo", "t.ecco", 1, 45, "t.echo")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\n \"conditon\":\"true\"", 2, 2, "condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\r\n  \"condition\":\"ä and\"", 2, 15, null)]
    public void A_finding_has_its_line_its_column_and_what_was_meant(string good, string bad, int line, int column, string? suggestion)
    {
        var finding = Assert.Single(Findings(Good.Replace(good, bad, StringComparison.Ordinal)));

        Assert.Equal((line, column, suggestion), (finding.Line, finding.Column, finding.Suggestion));
    }

    [Fact]
    public void C14_a_reference_to_nothing_is_told_with_line_and_column()
    {
        var finding = Assert.Single(Findings("""
            {"id": "p", "name": "P",
             "steps": [{"capability": "t.echo", "as": "a",
                        "args": {"v": {"é": 1, "n": "{{state.ghost}}"}}}],
             "outputs": ["a"]}
            """));

        Assert.Equal(("E_REF", "/steps/0/args/v/n", 3, 41), (finding.Code, finding.Pointer, finding.Line, finding.Column));
        Assert.Equal("'state.ghost' leads to nothing: no step is called 'ghost'.", finding.Message);
    }

    // D§11 row 2: the earlier system returned nothing for these.
    [Fact]
    public void Row_2_outputs_as_an_object_are_refused_and_the_right_place_is_named()
    {
        var finding = Assert.Single(Findings(Good.Replace("[\"a\"]", "{\"panels\":[{\"id\":\"a\"}]}", StringComparison.Ordinal)));

        Assert.Equal(("E_TYPE", "/outputs", "'outputs' must be an array of step names; panels go into 'display'."), (finding.Code, finding.Pointer, finding.Message));
    }

    [Fact]
    public void C15_rings_are_told_at_every_member()
    {
        var findings = Findings("""
            {"id":"p","name":"P","steps":[
              {"capability":"t.echo","args":{"v":"{{b}}"},"as":"a"},
              {"capability":"t.echo","args":{"v":"{{c}}"},"as":"b"},
              {"capability":"t.echo","args":{"v":"{{a}}"},"as":"c"},
              {"capability":"t.echo","args":{"v":"{{e}}"},"as":"d"},
              {"capability":"t.echo","args":{"v":1},"as":"e"}],"outputs":["a"]}
            """);

        Assert.Equal(
            ["E_CYCLE /steps/0/args/v", "E_CYCLE /steps/1/args/v", "E_CYCLE /steps/2/args/v", "E_FORWARD_REF /steps/3/args/v"],
            findings.Select(finding => $"{finding.Code} {finding.Pointer}"));
    }

    [Theory]
    [InlineData("\"condition\":\"inputs.go\"", "{{a}}", "", true)]
    [InlineData("\"optional\":true", "{{a}}", "", true)]
    [InlineData("\"condition\":\"inputs.go\"", "{{a ?? 7}}", "", false)]
    [InlineData("\"condition\":\"inputs.go\"", "{{a}}", ",\"optional\":true", false)]
    [InlineData("\"condition\":\"inputs.go\"", "{{a}}", ",\"condition\":\"a != null\"", false)]
    [InlineData("\"condition\":\"inputs.go\"", "{{a}}", ",\"condition\":\"inputs.go and not (a == null)\"", false)]
    [InlineData("\"condition\":\"inputs.go\"", "{{a}}", ",\"condition\":\"a != null or inputs.go\"", true)]
    [InlineData("\"condition\":\"inputs.go\"", "{{a}}", ",\"condition\":\"not (a != null)\"", true)]
    public void C17_a_value_that_may_not_be_there_wants_a_default_or_a_test(string first, string template, string second, bool isFault)
    {
        var codes = Findings($$$"""
            {"id":"p","name":"P","inputs":{"go":{"type":"boolean","default":false}},"steps":[
              {"capability":"t.echo","args":{"v":1},"as":"a",{{{first}}}},
              {"capability":"t.echo","args":{"v":"{{{template}}}"},"as":"b"{{{second}}}}],"outputs":["b"]}
            """).Select(finding => finding.Code);

        Assert.Equal(isFault ? ["E_MAYBE_SKIPPED"] : [], codes);
    }

    [Fact]
    public void A_text_of_any_size_is_refused_at_once()
    {
        Assert.Equal(["E_LIMIT"], Codes($"\"as\":\"a\",\"condition\":\"{new string('1', 500_000)}\""));
        Assert.Equal(["E_LIMIT"], Codes($"\"as\":\"a\",\"condition\":\"{new string('(', 2000)}1{new string(')', 2000)}\""));
        Assert.Equal(["E_LIMIT"], Codes($"\"as\":\"a\",\"condition\":\"{string.Concat(Enumerable.Repeat("not ", 1000))}true\""));
        Assert.Equal(["E_LIMIT"], Findings(new string(' ', 2 << 20)).Select(finding => finding.Code));
        var steps = string.Join(",", Enumerable.Range(0, 10_000).Select(i => $$"""{"capability":"t.echo","args":{"v":1},"as":"s{{i}}"}"""));
        Assert.Equal(["E_LIMIT"], Findings($$"""{"id":"p","name":"P","steps":[{{steps}}],"outputs":[]}""").Select(finding => finding.Code));
        // A thousand faults are a hundred and a number.
        var faults = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"k{i}\":1"));
        var many = Findings($$"""{{{faults}},"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}""");
        Assert.Equal(101, many.Count);
        Assert.Contains("900 more", many[^1].Message, StringComparison.Ordinal);

        IEnumerable<string> Codes(string bad) => Findings(Good.Replace("\"as\":\"a\"", bad, StringComparison.Ordinal)).Select(finding => finding.Code);
    }

    [Fact]
    public void No_mutilated_definition_breaks_the_reader()
    {
        var random = new Random(20260302);
        var good = Encoding.UTF8.GetBytes(Good.Replace("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"inputs.n > 1 and not (ctx.asof_date == '2026')\",\"retry\":{\"max\":2,\"base_s\":1}", StringComparison.Ordinal));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.ToArray().ToList();
            for (var cuts = random.Next(1, 6); cuts > 0; cuts--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                    case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 20), bytes.Count - at))); break;
                    default: bytes.InsertRange(at, Encoding.UTF8.GetBytes("{{[\"'(?".Substring(random.Next(7), 1))); break;
                }
                if (bytes.Count == 0)
                {
                    bytes.Add((byte)'{');
                }
            }
            var (pattern, findings) = PatternReader.Read(Capabilities, new PatternFile("p.json", [.. bytes]));
            Assert.Equal(pattern is null, findings.Count > 0);
        }
    }

    [Fact]
    public void No_definition_of_known_keys_and_random_values_breaks_the_reader()
    {
        var random = new Random(20260303);
        var good = 0;
        for (var i = 0; i < 4_000; i++)
        {
            var json = new RandomDefinition(random).Make();
            var (pattern, findings) = PatternReader.Read(RandomDefinition.Capabilities, new PatternFile("p.json", Encoding.UTF8.GetBytes(json)));
            Assert.True(pattern is null == findings.Count > 0, json);
            Assert.All(findings, finding => Assert.True(finding.Line > 0 && finding.Column > 0 && finding.Message.Length > 0, json));
            good += pattern is null ? 0 : 1;
        }
        // Else nothing behind the first fault was reached.
        Assert.InRange(good, 400, 3_600);
    }

    [Fact]
    public void A_reference_to_a_later_step_is_told_from_one_to_nothing()
    {
        var finding = Assert.Single(Findings("""
            {"id":"p","name":"P","steps":[
              {"capability":"t.echo","args":{"v":"{{b}}"},"as":"a"},
              {"capability":"t.echo","args":{"v":1},"as":"b"}],"outputs":["a"]}
            """));
        Assert.Equal(("E_FORWARD_REF", "/steps/0/args/v"), (finding.Code, finding.Pointer));
    }

    [Fact]
    public void The_start_stops_with_every_finding_of_every_file()
    {
        var stopped = Assert.Throws<StartupException>(() => new PatternCatalogue(
        [
            new PatternFile("a.json", Encoding.UTF8.GetBytes(Good)), new PatternFile("b.json", Encoding.UTF8.GetBytes(Good)),
            new PatternFile("c.json", Encoding.UTF8.GetBytes(Good.Replace("t.echo", "t.none", StringComparison.Ordinal).Replace("[\"a\"]", "[\"z\"]", StringComparison.Ordinal))),
        ], Capabilities));

        Assert.Equal(
            """
            Pattern definitions are wrong, correct them:
              b.json:1:7: E_DUP at /id: The pattern 'p' is defined by a.json already.
              c.json:1:45: E_CAP at /steps/0/capability: There is no capability 't.none'.
              c.json:1:91: E_REF at /outputs/0: No step has this name. Did you mean 'a'?
            """, stopped.Message);
    }

    private static IReadOnlyList<PatternFinding> Findings(string json) => PatternReader.Read(Capabilities, new PatternFile("p.json", Encoding.UTF8.GetBytes(json))).Findings;
}
