using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DawsOS.Canonical;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"condition":{"entity":"VIX","op":">","type":"macro","value":30},"message":"x","user_id":"u"}""")]
    [InlineData("""{ "user_id": "u", "message": "x", "condition": {"value": 30.0, "type": "macro", "op": "\u003e", "entity": "VIX"} }""")]
    public void The_content_hash_of_an_alert_is_the_same_whatever_the_order_of_its_keys(string json)
    {
        // A fingerprint that the domain fixes, not a secret.
#pragma warning disable CA5351
        var hash = Convert.ToHexStringLower(MD5.HashData(CanonicalJson.Write(JsonNode.Parse(json))));
#pragma warning restore CA5351

        Assert.Equal("2494a73244e872bffb0011559bea11ac", hash);
    }

    [Theory]
    [InlineData("1.500", "1.5")]
    [InlineData("-0.0", "0")]
    [InlineData("1e1", "10")]
    [InlineData("1E-7", "0.0000001")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.1000000000000000055511151231257827", "0.1")]
    [InlineData("1e300", "1E+300")]
    [InlineData("-1e-400", "0")]
    [InlineData("""[ 1, "a/é😀\u0001\n\"\\" , null, true,false ]""", "[1,\"a/é😀\\u0001\\n\\\"\\\\\",null,true,false]")]
    [InlineData("""{"b":1,"B":2,"a":{}}""", """{"B":2,"a":{},"b":1}""")]
    public void A_value_has_one_text_and_that_text_is_canonical_itself(string json, string expected)
    {
        Assert.Equal(expected, Canonical(json));
        Assert.Equal(expected, Canonical(expected));
    }

    [Theory]
    [InlineData("1e400", "The number is too large.")]
    [InlineData("""{"a":{"b":1,"b":1}}""", "The member '/a/b' is there twice.")]
    [InlineData("""{"a":"\ud800"}""", "The text at '/a' is no Unicode.")]
    public void What_has_no_canonical_form_is_refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Canonical(json)).Message);

    [Fact]
    public void A_record_is_written_in_snake_case_with_exact_decimals()
    {
        var value = CanonicalJson.Of(new Sample(1.10m, 0.1 + 0.2, new DateOnly(2026, 3, 2), null));

        Assert.Equal("""{"as_of":"2026-03-02","exact":1.1,"rounded":0.30000000000000004,"text":null}""", value.ToString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(value.Bytes.Span)), value.Sha256);
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Write(JsonSerializer.Deserialize<JsonElement>(json)));

    private sealed record Sample(decimal Exact, double Rounded, DateOnly AsOf, string? Text);
}
