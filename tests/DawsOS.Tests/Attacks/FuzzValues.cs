using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DawsOS.Attacks;

/// <summary>Values at and beyond the limits of every type, and JSON that is wrong in one place or in many; the same random numbers make the same.</summary>
internal static class FuzzValues
{
    private const string Alphabet = "{}[]\",:\\/ \t\n0123456789eE+-.truefalsnl\u00e9\u202e\ud83d\ude42";

    /// <summary>Texts that mean something somewhere.</summary>
    public static readonly string[] Texts =
    [
        "", " ", "a", "0", "-1", "1", "1000", "1001", "2147483647", "2147483648", "9223372036854775808", "1e3", "+5", "\u0665", "0x10", "true", "TRUE", "null", "NaN", "Infinity",
        "2026-02-28", "2026-02-30", "0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "2026-1-1", "2026-02-28T09:00:00Z", "2026-02-28T24:00:00Z",
        "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999-14:00", "9999-12-31T23:59:59.9999999Z", "2026-02-28T09:00:00+99:00",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "0195d3c4-7a6e-7b10-8000-00000000a001", "{0195d3c4-7a6e-7b10-8000-00000000a001}",
        "' OR 1=1 --", "'; DROP TABLE users; --", "%", "_", "\\", "\"", "`", "$1", "@id", ":id", "{{inputs.x}}", "{{", "}}", "{0}", "{{message}}", "../../etc/passwd", "..", ".", "/", "//",
        "%00", "%2e%2e%2f", "<script>alert(1)</script>", "=1+1", "@SUM(A1)", "~0~1", "a/b~c", "#", "?", "&", ";", ",", "*", "\0", "\u0001", "\u001b[31m", "\r\n", "\r\nSet-Cookie: a=b",
        "\u0085", "\u2028", "\u202e\u202dabc", "\u200b", "\ufeff", "\ufffd", "\u212a", "\u0130", "\u00df", "e\u0301", "\ud83d\ude42", "\ud800", "\udc00\ud800", "metric:", "metric:x:y", "dar::",
        "metric:00000000-0000-0000-0000-000000000000:twr_1d", "VIXCLS", "OPENAPI", "market_snapshot", "series_ids", "a@b", "a@b@c", "USER", "ADMIN", "Europe/Berlin", "Etc/UTC",
        new('a', 65), new('a', 255), new('a', 3_000), new('\u00fc', 1_000),
    ];

    // As it stands in JSON.
    private static readonly string[] Raw =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "0.5", "24", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "79228162514264337593543950335", "79228162514264337593543950336", "-79228162514264337593543950335", "1e28", "1e29", "1e-28", "1e-29", "1e308", "1e309", "-1e99999", "1E+2", "1.0",
        "0.1000000000000000055511151231257827", "123456789012345678901234567890.12345678901234567890", new('9', 400), $"0.{new string('0', 400)}1", "1e2147483648", "01", "+1", ".5", "NaN",
        "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":null}", "{\"a/b~c\":1}", "{\"$ref\":\"#\"}", "{\"__proto__\":{}}", "{\"a\":1,\"a\":2}", "{\"\\u0000\":1}", "{\"\\ud800\":1}",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u202e\"", "\"\\x\"", "\"", "{", "[1,", "\u00e9", "/*c*/1", "'a'", "undefined",
        Nested(20), Nested(64), Nested(65), Nested(5_000), $"[{string.Join(',', Enumerable.Repeat("1", 2_000))}]", $"[{string.Join(',', Enumerable.Repeat("\"VIXCLS\"", 200))}]",
    ];

    public static T Pick<T>(Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static bool Chance(Random random, int percent) => random.Next(100) < percent;

    /// <summary>Any JSON value, mostly a valid one.</summary>
    public static string RawJson(Random random) => Chance(random, 50) ? Pick(random, Raw) : Quote(Pick(random, Texts));

    /// <summary>A tree of random values.</summary>
    public static string Tree(Random random, int depth = 0) => depth > 4 || Chance(random, 40) ? RawJson(random)
        : Chance(random, 50) ? $"[{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Tree(random, depth + 1)))}]"
        : $"{{{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"{Quote(Pick(random, Texts))}:{Tree(random, depth + 1)}"))}}}";

    /// <summary>Valid JSON made wrong, or at least unusual, in one of its members or a few, and now and then in its text.</summary>
    public static string Mutate(string json, Random random)
    {
        JsonNode root = new JsonArray(JsonNode.Parse(json));
        List<string> raw = [];
        for (var times = Chance(random, 70) ? 1 : random.Next(2, 5); times > 0; times--)
        {
            Change(Pick(random, [.. Places(root)]), random, raw);
        }
        var text = root[0]?.ToJsonString() ?? "null";
        for (var i = 0; i < raw.Count; i++)
        {
            text = text.Replace($"\"@raw{i}@\"", raw[i], StringComparison.Ordinal);
        }
        return Chance(random, 10) ? Scratch(text, random) : text;
    }

    /// <summary>A text with a few characters cut, put in or exchanged.</summary>
    public static string Scratch(string text, Random random)
    {
        var builder = new StringBuilder(text);
        for (var times = random.Next(1, 4); times > 0 && builder.Length > 0; times--)
        {
            var at = random.Next(builder.Length);
            switch (random.Next(4))
            {
                case 0:
                    builder.Length = at;
                    break;
                case 1:
                    builder.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    builder[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                default:
                    builder.Remove(at, Math.Min(random.Next(1, 9), builder.Length - at));
                    break;
            }
        }
        return builder.ToString();
    }

    /// <summary>A text as JSON, also one that is no Unicode.</summary>
    public static string Quote(string text) => string.Concat(
        ["\"", .. text.Select(c => c is '"' or '\\' or < ' ' || char.IsSurrogate(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : $"{c}"), "\""]);

    // Every value with its parent: an object and a name, or an array and an index.
    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => Places(members, member.Key, member.Value)),
        JsonArray items => items.SelectMany((item, index) => Places(items, index, item)),
        _ => [],
    };

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode parent, object key, JsonNode? value) =>
        value is null ? [(parent, key)] : [(parent, key), .. Places(value)];

    private static void Change((JsonNode Parent, object Key) place, Random random, List<string> raw)
    {
        var value = place.Key is string name ? place.Parent[name] : place.Parent[(int)place.Key];
        switch (random.Next(8))
        {
            case 0 when place is { Parent: JsonObject owner, Key: string member }:
                owner.Remove(member);
                break;
            case 1 when value is JsonObject members:
                members[Pick(random, Texts) is var odd && odd.Any(char.IsSurrogate) ? "odd" : odd] = Hold(RawJson(random), raw);
                break;
            case 2 when value is JsonObject { Count: > 0 } members:
                // The same member twice.
                var text = members.ToJsonString();
                Set(place, Hold($"{text[..^1]},{JsonSerializer.Serialize(members.First().Key)}:{RawJson(random)}}}", raw));
                break;
            case 3:
                Set(place, new JsonArray(value?.DeepClone()));
                break;
            case 4 when value is JsonArray { Count: > 0 } items:
                for (var copies = random.Next(1, 300); copies > 0; copies--)
                {
                    items.Add(items[0]?.DeepClone());
                }
                break;
            default:
                Set(place, Hold(RawJson(random), raw));
                break;
        }
    }

    private static void Set((JsonNode Parent, object Key) place, JsonNode? value)
    {
        if (place.Key is string name)
        {
            place.Parent[name] = value;
        }
        else
        {
            place.Parent[(int)place.Key] = value;
        }
    }

    // Stands for text that no JSON library would write.
    private static JsonValue Hold(string json, List<string> raw)
    {
        raw.Add(json);
        return JsonValue.Create($"@raw{raw.Count - 1}@");
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
