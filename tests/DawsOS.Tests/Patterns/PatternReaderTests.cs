using System.Text;

using DawsOS.Agents.Conformance;
using DawsOS.Agents;
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
    [InlineData("""{"id":"p","id":"p"}""", "E_JSON", "")]
    [InlineData("""{"id":NaN}""", "E_JSON", "")]
    [InlineData("""{"id":"\ud800"}""", "E_JSON", "")]
    [InlineData("[]", "E_TYPE", "")]
    public void What_is_no_definition_at_all_has_one_finding(string json, string code, string pointer)
    {
        var finding = Assert.Single(Findings(json));
        Assert.Equal((code, pointer), (finding.Code, finding.Pointer));
    }

    [Theory]
    [InlineData("\"name\"", "\"durable\":false,\"name\"", "E_UNKNOWN_KEY", "/durable")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"true\"", "E_UNKNOWN_KEY", "/steps/0/condition")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{}", "E_UNKNOWN_KEY", "/steps/0/retry")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"optional\":true", "E_UNKNOWN_KEY", "/steps/0/optional")]
    [InlineData("t.echo", "t.ecco", "E_CAP", "/steps/0/capability")]
    [InlineData("{\"v\":1}", "{\"v\":1,\"w\":2}", "E_ARG", "/steps/0/args/w")]
    [InlineData("{\"v\":1}", "{}", "E_ARG", "/steps/0/args")]
    [InlineData("{\"v\":1}", "{\"v\":{\"n\":\"{{state.ghost}}\"}}", "E_REF", "/steps/0/args/v/n")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{inputs.ghost}}\"}", "E_REF", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{ctx.timestamp}}\"}", "E_REF", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{a.x}}\"}", "E_CYCLE", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{inputs.x ?? 1}}\"}", "E_EXPR", "/steps/0/args/v")]
    [InlineData("{\"v\":1}", "{\"v\":\"{{inputs.x\"}", "E_EXPR", "/steps/0/args/v")]
    [InlineData("\"as\":\"a\"}", "\"as\":\"a\"},{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}", "E_DUP", "/steps/1/as")]
    [InlineData("\"as\":\"a\"", "\"as\":\"ctx\"", "E_DUP", "/steps/0/as")]
    [InlineData("[\"a\"]", "[\"b\"]", "E_REF", "/outputs/0")]
    [InlineData("\"id\":\"p\"", "\"id\":\"../p\"", "E_TYPE", "/id")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"integer\",\"default\":\"5\"}},\"name\"", "E_TYPE", "/inputs/n/default")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"int\"}},\"name\"", "E_TYPE", "/inputs/n/type")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"boolean\",\"max\":1}},\"name\"", "E_TYPE", "/inputs/n/max")]
    public void A_fault_is_found_where_it_is(string good, string bad, string code, string pointer) =>
        Assert.Contains(Findings(Good.Replace(good, bad, StringComparison.Ordinal)), finding => finding.Code == code && finding.Pointer == pointer);

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
              b.json at /id: E_DUP: Another file defines 'p' too.
              c.json at /steps/0/capability: E_CAP: There is no capability 't.none'.
              c.json at /outputs/0: E_REF: No step is called "z".
            """, stopped.Message);
    }

    private static IReadOnlyList<PatternFinding> Findings(string json) => PatternReader.Read(Capabilities, new PatternFile("p.json", Encoding.UTF8.GetBytes(json))).Findings;
}
