using System.Text;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>What a trace repeats of the arguments is bounded, whatever they are.</summary>
public sealed class TraceRulesTests
{
    private const string Digest = """^{"count":[0-9]+,"sha256":"[0-9a-f]{64}","type":"(array|object|string|number)"}\z""";

    [Fact]
    public void Small_arguments_are_repeated_as_they_are() =>
        Assert.Equal("""{"a":[1,{"b":null}]}""", ArgumentDigest.Shorten(Value("""{"a":[1,{"b":null}]}""")).ToString());

    [Fact]
    public void The_largest_members_become_digests_until_the_whole_fits()
    {
        var args = Object(("a", Text(1500)), ("b", Text(1000)), ("c", Text(10)));

        var members = Members(ArgumentDigest.Shorten(args));

        Assert.Matches(Digest, members["a"]);
        Assert.Equal((Text(1000), Text(10)), (members["b"], members["c"]));
    }

    [Fact]
    public void A_digest_says_what_was_there()
    {
        var list = $"[{string.Join(',', Enumerable.Range(1000, 500))}]";

        var members = Members(ArgumentDigest.Shorten(Object(("list", list), ("n", "5"))));

        Assert.Equal($$"""{"count":500,"sha256":"{{Value(list).Sha256}}","type":"array"}""", members["list"]);
        Assert.Equal("5", members["n"]);
    }

    [Theory]
    [InlineData(400, 2000)]
    [InlineData(18, 3000)]
    [InlineData(19, 3000)]
    [InlineData(1000, 1)]
    [InlineData(1, 5_000_000)]
    [InlineData(2, 1100)]
    public void The_whole_is_bounded_however_many_members_there_are(int members, int bytes)
    {
        var args = Object([.. Enumerable.Range(0, members).Select(i => ($"m{i:0000}", Text(bytes)))]);

        var shortened = ArgumentDigest.Shorten(args);

        Assert.InRange(shortened.Bytes.Length, 2, ArgumentDigest.MaxBytes);
        using var document = JsonDocument.Parse(shortened.Bytes);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public void A_long_name_is_bounded_too() =>
        Assert.Matches(Digest, ArgumentDigest.Shorten(Object((new string('n', 5000), "1"))).ToString());

    [Theory]
    [InlineData(60, false)]
    [InlineData(70, true)]
    [InlineData(900, true)]
    [InlineData(20_000, true)]
    public void Deep_arguments_become_a_digest_and_never_throw(int depth, bool digest)
    {
        var deep = new string('[', depth) + new string(']', depth);

        var members = Members(ArgumentDigest.Shorten(Object(("deep", deep), ("n", "5"))));

        Assert.Equal("5", members["n"]);
        if (digest)
        {
            Assert.Matches(Digest, members["deep"]);
        }
        else
        {
            Assert.Equal(deep, members["deep"]);
        }
    }

    [Fact]
    public void Known_sources_are_named_as_they_ask_and_nothing_is_claimed_of_the_others()
    {
        var named = TraceRules.AttributionsOf(["fred:DGS10", "fred:VIXCLS", "series:VIXCLS", "whoever"]);

        Assert.Equal(["Source: FRED, Federal Reserve Bank of St. Louis"], named.Text);
        Assert.Equal(["https://fred.stlouisfed.org/"], named.Urls);
        Assert.Equal(4, named.Count);
        var stored = TraceRules.AttributionsOf(["series:VIXCLS"]);
        Assert.Empty(stored.Text);
        Assert.Empty(stored.Urls);
    }

    private static string Text(int bytes) => $"\"{new string('x', Math.Max(0, bytes - 2))}\"";

    private static CanonicalValue Object(params (string Name, string Value)[] members) =>
        Value($"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value}"))}}}");

    private static CanonicalValue Value(string json) => new(Encoding.UTF8.GetBytes(json));

    private static Dictionary<string, string> Members(CanonicalValue value)
    {
        using var document = JsonDocument.Parse(value.Bytes);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText(), StringComparer.Ordinal);
    }
}
