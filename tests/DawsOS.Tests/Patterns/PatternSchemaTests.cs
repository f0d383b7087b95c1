using System.Text;
using System.Text.Json;

using DawsOS.Agents;
using DawsOS.Agents.Conformance;

namespace DawsOS.Patterns;

/// <summary>The published schema and the loader say the same.</summary>
public sealed class PatternSchemaTests
{
    private const string Good = """{"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}""";
    private static readonly JsonElement Schema = JsonSerializer.Deserialize<JsonElement>(PatternFile.Schema());
    private static readonly SchemaCheck Check = new(Schema);
    private static readonly CapabilityRegistry Capabilities = new([new Echo()]);

    [Theory]
    [InlineData("", "{#}", "")]
    [InlineData("input", "{\"inputs\":{\"n\":{#}}}", "/inputs/n")]
    [InlineData("item", "{\"inputs\":{\"n\":{\"type\":\"array\",\"items\":{#}}}}", "/inputs/n/items")]
    [InlineData("step", "{\"steps\":[{#}]}", "/steps/0")]
    [InlineData("retry", "{\"steps\":[{\"retry\":{#}}]}", "/steps/0/retry")]
    [InlineData("panel", "{\"display\":{\"panels\":[{#}]}}", "/display/panels/0")]
    [InlineData("display", "{\"display\":{#}}", "/display")]
    public void Every_object_has_the_same_keys(string definition, string around, string pointer)
    {
        var schema = definition switch
        {
            "" => Schema,
            "display" => Schema.GetProperty("properties").GetProperty("display"),
            _ => Schema.GetProperty("$defs").GetProperty(definition),
        };
        var finding = Findings(around.Replace("#", "\"zz_unknown\":1", StringComparison.Ordinal)).Single(finding => finding.Pointer == $"{pointer}/zz_unknown");

        Assert.Equal("E_UNKNOWN_KEY", finding.Code);
        var known = finding.Message.Split("known are ")[1].TrimEnd('.').Split(", ");
        Assert.Equal(schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void The_definitions_that_come_with_the_program_fit_the_schema() =>
        Assert.All(PatternFile.BuiltIn(), file => Assert.True(Check.Accepts(JsonSerializer.Deserialize<JsonElement>(file.Json)), file.Name));

    [Theory]
    [InlineData("\"name\"", "\"description\":\"d\",\"version\":\"1\",\"category\":\"c\",\"author\":\"x\",\"created\":\"2026-01-01\",\"tags\":[],\"name\"")]
    [InlineData("\"name\"", "\"presentation\":{\"any\":[1]},\"rights_required\":[\"export_data\"],\"timeout_ms\":30000,\"name\"")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"i\",\"title\":\"T\",\"type\":\"table\",\"refresh_ttl\":0.5}]},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":[\"date\",\"null\"],\"required\":true,\"description\":\"d\"}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"series_id\",\"enum\":[\"A\"]},\"min\":1,\"max\":2,\"default\":[\"A\"]}},\"name\"")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":\"true\",\"optional\":true,\"timeout_ms\":1")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"delays_s\":[0,1.5],\"max\":10,\"jitter\":1}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"max\":3,\"base_s\":1,\"factor\":3,\"max_s\":10}")]
    [InlineData("[\"a\"]", "[]")]
    public void Both_take_what_is_good(string good, string better)
    {
        var json = Good.Replace(good, better, StringComparison.Ordinal);

        Assert.Empty(Findings(json));
        Assert.True(Check.Accepts(JsonSerializer.Deserialize<JsonElement>(json)));
    }

    [Theory]
    [InlineData("\"id\":\"p\",", "")]
    [InlineData("\"name\":\"P\",", "")]
    [InlineData(",\"outputs\":[\"a\"]", "")]
    [InlineData("\"id\":\"p\"", "\"id\":\"P\"")]
    [InlineData("\"id\":\"p\"", "\"id\":\"p\\n\"")]
    [InlineData("\"id\":\"p\"", "\"id\":\"../p\"")]
    [InlineData("\"name\":\"P\"", "\"name\":\"\"")]
    [InlineData("\"name\":\"P\"", "\"name\":null")]
    [InlineData("\"name\"", "\"tags\":[1],\"name\"")]
    [InlineData("\"name\"", "\"tags\":\"x\",\"name\"")]
    [InlineData("\"name\"", "\"presentation\":[],\"name\"")]
    [InlineData("\"name\"", "\"rights_required\":\"export_data\",\"name\"")]
    [InlineData("\"name\"", "\"timeout_ms\":0,\"name\"")]
    [InlineData("\"name\"", "\"timeout_ms\":1.5,\"name\"")]
    [InlineData("\"name\"", "\"timeout_ms\":30001,\"name\"")]
    [InlineData("\"name\"", "\"durable\":false,\"name\"")]
    [InlineData("\"name\"", "\"display\":{\"panel\":[]},\"name\"")]
    [InlineData("\"name\"", "\"display\":{\"panels\":{}},\"name\"")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"i\",\"title\":\"T\"}]},\"name\"")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"i\",\"title\":\"T\",\"type\":\"t\",\"refresh_ttl\":-1}]},\"name\"")]
    [InlineData("\"name\"", "\"display\":{\"panels\":[{\"id\":\"i\",\"title\":\"T\",\"type\":\"t\",\"on_failure\":\"omit\"}]},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":[],\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"N\":{\"type\":\"date\"}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"int\"}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":[\"date\"]}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":[\"null\",\"date\"]}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"date\",\"enum\":[]}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"integer\",\"min\":\"1\"}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"string\",\"format\":\"uri\"}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"array\",\"items\":{\"type\":\"date\",\"required\":true}}},\"name\"")]
    [InlineData("\"name\"", "\"inputs\":{\"n\":{\"type\":\"date\",\"required\":1}},\"name\"")]
    [InlineData("[{\"capability\":\"t.echo\",\"args\":{\"v\":1},\"as\":\"a\"}]", "[]")]
    [InlineData("\"capability\":\"t.echo\",", "")]
    [InlineData("{\"v\":1}", "[]")]
    [InlineData("\"as\":\"a\"", "\"as\":\"ctx\"")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"condition\":true")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"conditon\":\"true\"")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"optional\":\"yes\"")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"timeout_ms\":30001")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"max\":3}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"delays_s\":[]}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"delays_s\":[31]}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"delays_s\":[1],\"factor\":2}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"max\":11,\"base_s\":1}")]
    [InlineData("\"as\":\"a\"", "\"as\":\"a\",\"retry\":{\"max\":1,\"base_s\":1,\"jitter\":2}")]
    [InlineData("[\"a\"]", "{\"panels\":[]}")]
    [InlineData("[\"a\"]", "[\"a\",\"a\"]")]
    [InlineData("[\"a\"]", "[1]")]
    public void Both_refuse_what_is_bad(string good, string bad)
    {
        var json = Good.Replace(good, bad, StringComparison.Ordinal);

        Assert.NotEmpty(Findings(json));
        Assert.False(Check.Accepts(JsonSerializer.Deserialize<JsonElement>(json)));
    }

    private static IReadOnlyList<PatternFinding> Findings(string json) => PatternReader.Read(Capabilities, new PatternFile("p.json", Encoding.UTF8.GetBytes(json))).Findings;
}
