using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

using DawsOS.Agents;
using DawsOS.Agents.Conformance;

namespace DawsOS.Patterns;

/// <summary>Arguments against the signature of a capability, as far as they are known when a pattern is loaded.</summary>
public sealed class SignatureRulesTests
{
    private const string Inputs = """
        "n":{"type":"integer","required":true}, "n_opt":{"type":"integer"}, "n_null":{"type":["integer","null"],"required":true},
        "n_def":{"type":"integer","default":252}, "x":{"type":"number","required":true}, "s":{"type":"string","required":true},
        "day":{"type":"date","required":true}, "id":{"type":"uuid","required":true}, "flag":{"type":"boolean","required":true},
        "mode":{"type":"string","enum":["fast","slow"],"required":true}, "word":{"type":"string","enum":["fast","other"],"required":true},
        "list":{"type":"array","items":{"type":"integer"},"required":true}, "names":{"type":"array","items":{"type":"string"},"required":true},
        "gaps":{"type":"array","items":{"type":["integer","null"]},"required":true}, "any":{"type":"array","required":true},
        "o":{"type":"object","required":true}
        """;

    private static readonly CapabilityRegistry Capabilities = new([new Typed(), new Echo(), new Sum()]);

    [Theory]
    [InlineData("n", "5")]
    [InlineData("n", "5.0")]
    [InlineData("n", "-2147483648")]
    [InlineData("n", "\"{{inputs.n}}\"")]
    [InlineData("n", "\"{{inputs.n_def}}\"")]
    [InlineData("n", "\"{{inputs.n_opt ?? 252}}\"")]
    [InlineData("n", "\"{{inputs.list[0]}}\"")]
    [InlineData("n", "\"{{a}}\"")]
    [InlineData("lookback", "null")]
    [InlineData("lookback", "\"{{inputs.n_opt}}\"")]
    [InlineData("lookback", "\"{{inputs.n_null}}\"")]
    [InlineData("lookback", "\"{{inputs.n ?? null}}\"")]
    [InlineData("long", "5000000000")]
    [InlineData("d", "0.5")]
    [InlineData("d", "\"{{inputs.x}}\"")]
    [InlineData("d", "\"{{inputs.n}}\"")]
    [InlineData("text", "\"n={{inputs.n}};\"")]
    [InlineData("text", "\"{{inputs.day}}\"")]
    [InlineData("text", "\"{{ctx.ledger_commit_hash}}\"")]
    [InlineData("day", "\"2024-02-29\"")]
    [InlineData("day", "\"{{ctx.asof_date}}\"")]
    [InlineData("day", "\"{{inputs.n}}-12-31\"")]
    [InlineData("id", "\"{{ctx.portfolio_id}}\"")]
    [InlineData("mode", "\"fast\"")]
    [InlineData("mode", "\"{{inputs.mode}}\"")]
    [InlineData("mode", "\"{{a ?? 'slow'}}\"")]
    [InlineData("list", "[1,\"{{inputs.n}}\",\"{{a}}\"]")]
    [InlineData("list", "\"{{inputs.list}}\"")]
    [InlineData("list", "\"{{inputs.any}}\"")]
    [InlineData("gaps", "[1,null,\"{{inputs.n_opt}}\"]")]
    [InlineData("gaps", "\"{{inputs.gaps}}\"")]
    [InlineData("map", "{\"a\":1,\"b\":\"{{inputs.n}}\"}")]
    [InlineData("part", "{\"n\":1}")]
    [InlineData("part", "{\"n\":1,\"note\":null}")]
    [InlineData("part", "\"{{inputs.o}}\"")]
    [InlineData("part", "\"{{inputs}}\"")]
    [InlineData("free", "null")]
    [InlineData("free", "\"{{inputs.n_opt}}\"")]
    public void What_fits_is_taken(string argument, string value) => Assert.Empty(Findings(argument, value));

    [Theory]
    [InlineData("n", "null")]
    [InlineData("n", "5.5")]
    [InlineData("n", "5000000000")]
    [InlineData("n", "\"5\"")]
    [InlineData("n", "\"n={{inputs.n}}\"")]
    [InlineData("n", "\"{{inputs.n}}{{inputs.n}}\"")]
    [InlineData("n", "\"{{inputs.x}}\"")]
    [InlineData("n", "\"{{inputs.s}}\"")]
    [InlineData("n", "\"{{ctx.asof_date}}\"")]
    [InlineData("n", "\"{{ctx}}\"")]
    [InlineData("n", "\"{{inputs.names[0]}}\"")]
    [InlineData("n", "\"{{inputs.n_opt}}\"")]
    [InlineData("n", "\"{{inputs.n_null}}\"")]
    [InlineData("n", "\"{{inputs.n ?? 'five'}}\"")]
    [InlineData("n", "\"{{a ?? 5000000000}}\"")]
    [InlineData("n", "\"{{a ?? true}}\"")]
    [InlineData("n", "\"{{a ?? null}}\"")]
    [InlineData("lookback", "\"{{inputs.n_opt ?? 'all'}}\"")]
    [InlineData("lookback", "\"{{inputs.day}}\"")]
    [InlineData("long", "9223372036854775808")]
    [InlineData("d", "\"0.5\"")]
    [InlineData("text", "5")]
    [InlineData("text", "\"{{inputs.n}}\"")]
    [InlineData("text", "\"{{inputs.list}}\"")]
    [InlineData("day", "\"2023-02-29\"")]
    [InlineData("day", "\"{{inputs.s}}\"")]
    [InlineData("day", "\"{{inputs.id}}\"")]
    [InlineData("id", "\"{{ctx.asof_date}}\"")]
    [InlineData("mode", "\"fsat\"")]
    [InlineData("mode", "1")]
    [InlineData("mode", "\"{{inputs.s}}\"")]
    [InlineData("mode", "\"{{inputs.word}}\"")]
    [InlineData("mode", "\"{{a ?? 'never'}}\"")]
    [InlineData("list", "1")]
    [InlineData("list", "\"{{a ?? 0}}\"")]
    [InlineData("list", "\"{{inputs.names}}\"")]
    [InlineData("list", "\"{{inputs.gaps}}\"")]
    [InlineData("list", "\"{{inputs.o}}\"")]
    [InlineData("list", "\"{{inputs.s}},{{inputs.s}}\"")]
    [InlineData("list", "[1,null]", "/1")]
    [InlineData("list", "[1,\"{{inputs.n_opt}}\"]", "/1")]
    [InlineData("list", "[\"{{inputs.s}}\"]", "/0")]
    [InlineData("map", "{\"a\":\"x\"}", "/a")]
    [InlineData("map", "{\"a\":null}", "/a")]
    [InlineData("part", "{}")]
    [InlineData("part", "{\"n\":1,\"m\":2}", "/m")]
    [InlineData("part", "{\"n\":\"{{inputs.n_opt}}\"}", "/n")]
    [InlineData("part", "{\"n\":1,\"k\":null}", "/k")]
    [InlineData("part", "\"{{inputs.list}}\"")]
    public void What_cannot_fit_is_refused_at_its_place(string argument, string value, string below = "")
    {
        var finding = Assert.Single(Findings(argument, value));

        Assert.Equal(("E_ARG", $"/steps/1/args/{argument}{below}"), (finding.Code, finding.Pointer));
    }

    [Theory]
    [InlineData("\"condition\":\"inputs.n_opt != null\"", false)]
    [InlineData("\"condition\":\"inputs.n_opt > 3\"", false)]
    [InlineData("\"condition\":\"inputs.n_null != null\"", true)]
    [InlineData("\"optional\":true", false)]
    public void Null_is_no_fault_where_the_step_does_not_run_on_it(string member, bool isFault) =>
        Assert.Equal(isFault ? ["E_ARG"] : [], Findings("n", "\"{{inputs.n_opt}}\"", member).Select(finding => finding.Code));

    [Fact]
    public void A_name_of_a_choice_is_told()
    {
        Assert.Equal("x.typed takes one of \"fast\", \"slow\" here.", Assert.Single(Findings("mode", "\"fsat\"")).Message);
        Assert.Equal(
            "x.typed needs a whole number of 32 bits here, 'inputs.n_opt' may be null: require it, give a default with ??, or test 'inputs.n_opt != null' in the condition.",
            Assert.Single(Findings("n", "\"{{inputs.n_opt}}\"")).Message);
    }

    [Fact]
    public void What_the_context_has_is_known_by_name_and_type() => Assert.All(
        RunContext.Names, name => Assert.NotNull(new KnownValues([]).Find(ReferencePath.Parse($"ctx.{name}", 0, out _)!)));

    // D§11 row 3: the earlier system resolved none of these.
    [Fact]
    public void Row_3_state_paths_defaults_null_inputs_and_conditions_are_usable()
    {
        var findings = Read("""
            {"id":"p","name":"P","inputs":{"lookback":{"type":"integer","default":252},"nothing":{"type":["integer","null"]},"go":{"type":"boolean","default":true}},
             "steps":[{"capability":"t.echo","args":{"v":"{{inputs.lookback}}"},"as":"x"},
                      {"capability":"x.typed","args":{"n":1,"lookback":"{{inputs.nothing}}","text":"{{state.x}} days"},"as":"y","condition":"inputs.go == true and state.x != null"}],
             "outputs":["x","y"]}
            """);

        Assert.Empty(findings);
    }

    // D§11 row 4: the earlier system found these when a pattern ran.
    [Fact]
    public void Row_4_every_mismatch_of_arguments_and_every_missing_method_is_found_at_load()
    {
        var findings = Read("""
            {"id":"p","name":"P","inputs":{"s":{"type":"string","required":true}},
             "steps":[{"capability":"t.sum","args":{"ys":[1]},"as":"a"},
                      {"capability":"t.sum","args":{"xs":"{{inputs.s}}"},"as":"b"},
                      {"capability":"t.sum","as":"c"},
                      {"capability":"t.summ","args":{"xs":[1]},"as":"d"}],
             "outputs":["a"]}
            """);

        Assert.Equal(
            ["E_ARG /steps/0/args", "E_ARG /steps/0/args/ys", "E_ARG /steps/1/args/xs", "E_ARG /steps/2/args", "E_CAP /steps/3/capability"],
            findings.Select(finding => $"{finding.Code} {finding.Pointer}").Order(StringComparer.Ordinal));
        Assert.Equal("t.sum", findings.Single(finding => finding.Code == "E_CAP").Suggestion);
    }

    private static IReadOnlyList<PatternFinding> Findings(string argument, string value, string member = "\"timeout_ms\":1000") => Read($$"""
        {"id":"p","name":"P","inputs":{{{Inputs}}},
         "steps":[{"capability":"t.echo","args":{"v":1},"as":"a"},
                  {"capability":"x.typed","args":{{{(argument == "n" ? "" : "\"n\":1,")}}"{{argument}}":{{value}}},"as":"b",{{member}}}],
         "outputs":["b"]}
        """);

    private static IReadOnlyList<PatternFinding> Read(string json) => PatternReader.Read(Capabilities, new PatternFile("p.json", Encoding.UTF8.GetBytes(json))).Findings;

    private sealed class Typed() : Capability<Typed.Args>("x.typed", "test", "Has arguments of every kind.")
    {
        public sealed record Args
        {
            public required int N { get; init; }

            public int Lookback { get; init; } = 252;

            public long Long { get; init; }

            public decimal D { get; init; }

            public string Text { get; init; } = "";

            public DateOnly Day { get; init; }

            public Guid Id { get; init; }

            public Mode Mode { get; init; }

            public ImmutableArray<int> List { get; init; } = [];

            public ImmutableArray<int?> Gaps { get; init; } = [];

            public ImmutableDictionary<string, int> Map { get; init; } = ImmutableDictionary<string, int>.Empty;

            public Part? Part { get; init; }

            public JsonElement? Free { get; init; }
        }

        protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Only its signature is looked at.");
    }

    private sealed record Part
    {
        public required int N { get; init; }

        public string? Note { get; init; }

        public int K { get; init; }
    }

    [JsonConverter(typeof(ModeConverter))]
    private enum Mode
    {
        Fast,
        Slow,
    }

    private sealed class ModeConverter() : JsonStringEnumConverter<Mode>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
}
