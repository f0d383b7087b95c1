using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>How values get into arguments.</summary>
public sealed class TemplateTests
{
    private static readonly CanonicalValue Inputs = Value("""{"n":5,"s":"a \"b\" {{inputs.n}}","d":1.50,"z":null}""");

    [Theory]
    [InlineData("\"{{inputs.n}}\"", "5")]
    [InlineData("\"{{ inputs.n }}\"", "5")]
    [InlineData("\"n={{inputs.n}};\"", "\"n=5;\"")]
    [InlineData("\"{{inputs.n}}{{inputs.n}}\"", "\"55\"")]
    [InlineData("\"{{inputs.s}}\"", "\"a \\\"b\\\" {{inputs.n}}\"")]
    [InlineData("\"<{{inputs.s}}>\"", "\"<a \\\"b\\\" {{inputs.n}}>\"")]
    [InlineData("\"{{inputs.d}}|{{inputs.z}}|{{state.x.l}}\"", "\"1.5|null|[1,{\\\"k.v\\\":true}]\"")]
    [InlineData("\"{{state.x.l[1]['k.v']}}\"", "true")]
    [InlineData("\"{{x.l[0]}}\"", "1")]
    [InlineData("\"{{x}}\"", """{"l":[1,{"k.v":true}]}""")]
    [InlineData("""{"b":["{{inputs.n}}",2],"a":{"c":"{{inputs.z}}"}}""", """{"a":{"c":null},"b":[5,2]}""")]
    [InlineData("""{"b":1.0,"a":"{ {x} }"}""", """{"a":"{ {x} }","b":1}""")]
    public void A_whole_template_keeps_its_type_and_one_in_text_is_written_out(string written, string expected)
    {
        var resolved = Read(written).Resolve(Scope(), new ArgumentBuffer(1_000));

        Assert.Equal(expected, resolved.ToString());
        Assert.Equal(expected, Value(expected).ToString());
    }

    [Theory]
    [InlineData("x.l[2]")]
    [InlineData("x.nothing")]
    [InlineData("x.l.name")]
    [InlineData("inputs.n.deeper")]
    public void A_path_that_leads_nowhere_says_so(string path) => Assert.Equal(
        $"E_REF at /args/v: '{path}' leads to nothing.",
        Assert.Throws<UnresolvedReferenceException>(() => Read($"\"{{{{{path}}}}}\"").Resolve(Scope(), new ArgumentBuffer(1_000))).Message);

    private static RunScope Scope()
    {
        var scope = new RunScope(Inputs, CanonicalValue.Null);
        scope.Add("x", Value("""{"l":[1,{"k.v":true}]}"""));
        return scope;
    }

    private static Argument Read(string json)
    {
        var faults = new List<string>();
        var argument = new ArgumentReader((_, _) => { }, (_, code, _) => faults.Add(code)).Read(JsonSerializer.Deserialize<JsonElement>(json), "/args/v");
        Assert.Empty(faults);
        return argument;
    }

    private static CanonicalValue Value(string json) => CanonicalJson.Of(JsonSerializer.Deserialize<JsonElement>(json));
}
