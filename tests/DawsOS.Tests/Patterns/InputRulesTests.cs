using System.Text;
using DawsOS.Agents;
using DawsOS.Agents.Conformance;

namespace DawsOS.Patterns;

/// <summary>What the types of inputs accept.</summary>
public sealed class InputRulesTests
{
    [Theory]
    [InlineData("\"integer\"", "5", "5")]
    [InlineData("\"integer\"", "5.0", "5")]
    [InlineData("\"number\"", "1e1", "10")]
    [InlineData("\"decimal\"", "\"1.10\"", "1.1")]
    [InlineData("\"decimal\"", "12345678901234567890.12345678", "12345678901234567890.12345678")]
    [InlineData("\"uuid\"", "\"01940000-0000-7000-8000-00000000000A\"", "\"01940000-0000-7000-8000-00000000000a\"")]
    [InlineData("\"date\"", "\"2024-02-29\"", "\"2024-02-29\"")]
    [InlineData("\"boolean\"", "false", "false")]
    [InlineData("[\"date\",\"null\"]", "null", "null")]
    [InlineData("\"object\"", "{\"b\":1,\"a\":2.0}", "{\"a\":2,\"b\":1}")]
    [InlineData("\"array\"", "[1,\"x\"]", "[1,\"x\"]")]
    public void A_value_that_fits_is_taken_exactly(string type, string value, string expected) =>
        Assert.Equal($"{{\"v\":{expected}}}", InputRules.Merge(Pattern($"{{\"type\":{type}}}"), $"{{\"v\":{value}}}").ToString());

    [Theory]
    [InlineData("\"integer\"", "\"5\"")]
    [InlineData("\"integer\"", "5.5")]
    [InlineData("\"number\"", "\"5\"")]
    [InlineData("\"decimal\"", "\" 5\"")]
    [InlineData("\"decimal\"", "\"0x5\"")]
    [InlineData("\"number\"", "0.12345678901234567890123456789012345")]
    [InlineData("\"uuid\"", "\"5\"")]
    [InlineData("\"date\"", "\"2023-02-29\"")]
    [InlineData("\"date\"", "null")]
    [InlineData("\"boolean\"", "0")]
    [InlineData("\"string\"", "5")]
    [InlineData("\"object\"", "[]")]
    [InlineData("\"array\"", "{}")]
    public void A_value_that_does_not_fit_is_refused_and_never_converted(string type, string value)
    {
        var refused = Assert.Throws<RejectedException>(() => InputRules.Merge(Pattern($"{{\"type\":{type}}}"), $"{{\"v\":{value}}}"));

        Assert.Equal(RejectionCodes.PatternInvalid, refused.Code);
        Assert.Equal("/inputs/v", Assert.Single(refused.Errors).Pointer);
        Assert.StartsWith("E_INPUT at /inputs/v: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_beyond_decimal_inside_a_list_is_found_where_it_is()
    {
        var refused = Assert.Throws<RejectedException>(() => InputRules.Merge(Pattern("""{"type":"object"}"""), """{"v":{"a":[1,1e400]}}"""));

        Assert.Contains("/inputs/v/a/1", refused.Errors.Select(error => error.Pointer));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"v":{},"v":{}}""")]
    [InlineData("""{"v":{"a":1,"a":1}}""")]
    [InlineData("""{"v":{"a":"\ud800"}}""")]
    [InlineData("""{"\ud800":1}""")]
    public void Inputs_that_are_no_proper_object_are_refused_as_a_whole(string inputs)
    {
        var refused = Assert.Throws<RejectedException>(() => InputRules.Merge(Pattern("""{"type":"object"}"""), inputs));

        Assert.Equal(RejectionCodes.PatternInvalid, refused.Code);
        Assert.StartsWith("/inputs", Assert.Single(refused.Errors).Pointer, StringComparison.Ordinal);
    }

    [Fact]
    public void However_many_are_wrong_a_hundred_are_told()
    {
        var refused = Assert.Throws<RejectedException>(() => InputRules.Merge(
            Pattern("""{"type":"array","items":{"type":"integer","enum":[1]}}"""), $$"""{"v":[{{string.Join(",", Enumerable.Repeat("2", 100_000))}}]}"""));

        Assert.Equal("E_INPUT: 100000 inputs cannot be accepted.", refused.Message);
        Assert.Equal(100, refused.Errors.Length);
        Assert.All(refused.Errors, error => Assert.StartsWith("E_INPUT: ", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_and_choices_hold()
    {
        var pattern = Pattern("""{"type":"string","enum":["ab","b"],"max":2}""");

        Assert.Equal("""{"v":"ab"}""", InputRules.Merge(pattern, """{"v":"ab"}""").ToString());
        Assert.Equal(["E_INPUT: Must be at most 2 characters, is 3.", """E_INPUT: Must be one of "ab", "b"."""], Faults(pattern, """{"v":"abc"}"""));
        Assert.Equal(["""E_INPUT: Must be one of "ab", "b"."""], Faults(pattern, """{"v":"x"}"""));
    }

    [Fact]
    public void An_absent_input_takes_its_default_and_without_one_is_null()
    {
        Assert.Equal("""{"v":252}""", InputRules.Merge(Pattern("""{"type":"integer","default":252}"""), "{}").ToString());
        Assert.Equal("""{"v":null}""", InputRules.Merge(Pattern("""{"type":"integer"}"""), "{}").ToString());
        Assert.Equal(["E_INPUT: This input is required."], Faults(Pattern("""{"type":"integer","required":true}"""), "{}"));
    }

    private static string[] Faults(PatternDefinition pattern, string inputs) =>
        [.. Assert.Throws<RejectedException>(() => InputRules.Merge(pattern, inputs)).Errors.Select(error => error.Message)];

    private static PatternDefinition Pattern(string input)
    {
        var json = $$$"""{"id":"p","name":"P","inputs":{"v":{{{input}}}},"steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}""";
        var (pattern, findings) = PatternReader.Read(new CapabilityRegistry([new Echo()]), new PatternFile("p.json", Encoding.UTF8.GetBytes(json)));
        Assert.Empty(findings);
        return pattern!;
    }
}
