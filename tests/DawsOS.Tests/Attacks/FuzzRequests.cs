using System.Globalization;
using System.Text;
using System.Text.Json;

using DawsOS.Http;
using DawsOS.Patterns;

using static DawsOS.Attacks.FuzzValues;

namespace DawsOS.Attacks;

/// <summary>Makes request number n of a seed: by the document, from a valid one, or blindly.</summary>
internal sealed class FuzzRequests(OpenApiContract contract, IReadOnlyList<OpenApiRequest> samples, int seed)
{
    private const string Json = "application/json";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO", "get"];
    private static readonly string[] MediaTypes =
        [Json, "application/json; charset=utf-16", "application/merge-patch+json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/csv", "text/plain", "text/csv;;;", "x", "a/b/c", "application/xml", ""];

    private static readonly string[] Headers =
    [
        "X-Request-Id", "traceparent", "tracestate", "Idempotency-Key", "Ingest-Id", "Last-Event-ID", "Accept", "Accept-Encoding", "Accept-Language", "Range", "If-None-Match", "Origin",
        "Cookie", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-HTTP-Method-Override", "User-Agent", "Referer", "Authorization", "Host", "Upgrade",
    ];

    private static readonly string[] Words =
    [
        "v1", "auth", "login", "refresh", "users", "sessions", "api-keys", "alerts", "dlq", "redrive", "deliveries", "notifications", "stream", "read", "me", "channels", "series", "import",
        "observations", "execute", "runs", "events", "patterns", "schema.json", "validate", "agents", "reset", "audit", "health", "ready", "metrics", "openapi", "v1.json", "dashboard", "HistoricalStats",
    ];

    // More to begin with than one of each.
    private static readonly string[] Conditions =
    [
        """{"type":"macro","entity":"VIX","op":">=","value":30,"clear_value":25,"for":3,"max_age":86400}""",
        """{"type":"price","symbol":"BRK.B","metric":"change_pct","op":"<","value":-0.05}""",
        """{"type":"rating","symbol":"KO","metric":"moat_score","op":">","value":7}""",
        """{"type":"news_sentiment","symbol":"KO","op":"<","value":-0.5,"window":"daily"}""",
        """{"type":"dar_breach","portfolio_id":"0195d3c4-7a6e-7b10-8000-00000000a001","threshold":0.15,"confidence":0.95,"horizon_days":30}""",
        """{"type":"drawdown_limit","portfolio_id":"0195d3c4-7a6e-7b10-8000-00000000a001","limit":0.2}""",
        """{"type":"regime_shift","confidence":0.9,"min_distance":1,"notify":{"inapp":true,"email":false},"cooldown_min":60}""",
        """{"type":"all","of":[{"type":"series","series_id":"OPENAPI","op":">","value":1},{"type":"any","of":[{"type":"series","series_id":"OPENAPI","op":"!=","value":2}]}]}""",
    ];

    private static readonly string[] Executions =
    [
        """{"pattern_id":"market_snapshot","inputs":{"series_ids":["OPENAPI"],"lookback":20},"require_fresh":false,"asof_date":"2026-02-27"}""",
        """{"pattern_id":"series_comparison","inputs":{"series_ids":["OPENAPI","OTHER"],"years":1}}""",
        """{"pattern_id":"threshold_history","inputs":{"series_ids":["OPENAPI"],"threshold":30}}""",
        """{"pattern_id":"macro_indicators_overview"}""",
    ];

    private readonly IReadOnlyList<OpenApiRequest> _valid =
    [
        .. samples,
        .. Conditions.Select(condition => new OpenApiRequest(
            "POST /v1/alerts", "/v1/alerts", 201,
            $$$"""{"condition_json":{{{condition}}},"name":"fuzz","cooldown_hours":1.5,"mode":"cross","no_data":"keep","severity":"info","message_template":"{{value}}","channels":{"inapp":true} }""")),
        .. samples.Where(sample => sample is { Key: "PATCH /v1/alerts/{id}", Status: 200 }).SelectMany(sample => Conditions.Select(condition => sample with { Body = $$"""{"condition_json":{{condition}}}""" })),
        .. Executions.Select(execution => new OpenApiRequest("POST /v1/execute", "/v1/execute", 200, execution)),
        .. PatternFile.BuiltIn().Select(file => new OpenApiRequest("POST /v1/patterns/validate", "/v1/patterns/validate", 200, Encoding.UTF8.GetString(file.Json))),
    ];

    public FuzzRequest Make(int n)
    {
        var random = new Random(unchecked((seed * 1_000_003) + n));
        var request = random.Next(100) switch
        {
            < 40 => Mutated(random),
            < 70 => Described(random),
            _ => Blind(random),
        };
        return request with { Headers = [.. request.Headers, .. OddHeaders(random)] };
    }

    private FuzzRequest Mutated(Random random)
    {
        var sample = Pick(random, _valid);
        var body = sample.Body is not { } text ? null
            // What is accepted goes deeper.
            : Chance(random, 25) ? text
            : sample.MediaType == Json && sample.Body.Length > 1 ? Mutate(text, random)
            : Chance(random, 80) ? Scratch(text, random)
            : text;
        var path = Chance(random, 15) ? Scratch(sample.Path, random) : sample.Path;
        var mediaType = Chance(random, 5) ? Pick(random, MediaTypes) : sample.MediaType;
        return new FuzzRequest(Caller(random), sample.Key.Split(' ')[0], Target(path), [], Bytes(body), mediaType);
    }

    private FuzzRequest Described(Random random)
    {
        var operation = Pick(random, contract.Operations);
        var path = operation.Path;
        List<string> query = [];
        List<(string, string)> headers = [];
        foreach (var parameter in operation.Description.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default)
        {
            var (name, schema) = (parameter.GetProperty("name").GetString()!, parameter.GetProperty("schema"));
            var value = schema.TryGetProperty("enum", out var values) && Chance(random, 60) ? Pick(random, [.. values.EnumerateArray()]).GetString()! : Pick(random, Texts);
            switch (parameter.GetProperty("in").GetString())
            {
                case "path":
                    path = path.Replace($"{{{name}}}", Escape(value), StringComparison.Ordinal);
                    break;
                case "header" when Chance(random, 50):
                    headers.Add((name, Visible(value)));
                    break;
                case "query" when Chance(random, 40):
                    query.AddRange(Enumerable.Repeat($"{name}={Escape(value)}", random.Next(1, 3)));
                    break;
            }
        }
        var content = operation.Description.TryGetProperty("requestBody", out var described) ? described.GetProperty("content").EnumerateObject().First() : default;
        var body = content.Value.ValueKind == JsonValueKind.Undefined ? null
            : content.Name == Json ? OfSchema(content.Value.GetProperty("schema"), random, 0)
            : string.Join(Pick(random, [",", "\n", "&", "="]), Enumerable.Range(0, random.Next(20)).Select(_ => Pick(random, Texts)));
        return new FuzzRequest(Caller(random), operation.Method, Target(query.Count == 0 ? path : $"{path}?{string.Join('&', query)}"), headers, Bytes(body), body is null ? null : content.Name);
    }

    private string OfSchema(JsonElement schema, Random random, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > 6 || Chance(random, 15))
        {
            return Tree(random);
        }
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return OfSchema(reference.GetString()!.Split('/').Skip(1).Aggregate(contract.Document, (part, step) => part.GetProperty(step)), random, depth + 1);
        }
        if (schema.TryGetProperty("oneOf", out var options))
        {
            return OfSchema(Pick(random, [.. options.EnumerateArray()]), random, depth + 1);
        }
        var type = !schema.TryGetProperty("type", out var types) ? "" : types.ValueKind == JsonValueKind.String ? types.GetString() : Pick(random, [.. types.EnumerateArray()]).GetString();
        return type switch
        {
            "object" => $"{{{string.Join(',', Members(schema, random, depth))}}}",
            "array" => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => OfSchema(schema.GetProperty("items"), random, depth + 1)))}]",
            "string" => Quote(Pick(random, Texts)),
            "boolean" => Pick(random, ["true", "false"]),
            "integer" or "number" => Pick(random, ["0", "1", "-1", "0.5", "24", "1e28", "79228162514264337593543950335", "1e-28", "2147483648", "-0.0"]),
            "null" => "null",
            _ => Chance(random, 50) ? Mutate(Pick(random, Conditions), random) : Tree(random),
        };
    }

    private IEnumerable<string> Members(JsonElement schema, Random random, int depth)
    {
        foreach (var member in schema.TryGetProperty("properties", out var members) ? members.EnumerateObject() : default)
        {
            if (Chance(random, 70))
            {
                yield return $"{Quote(member.Name)}:{OfSchema(member.Value, random, depth + 1)}";
            }
        }
    }

    private static FuzzRequest Blind(Random random)
    {
        var path = "/" + string.Join('/', Enumerable.Range(0, random.Next(5)).Select(_ => Chance(random, 75) ? Pick(random, Words) : Escape(Pick(random, Texts))));
        if (Chance(random, 40))
        {
            path += "?" + (Chance(random, 50) ? Pick(random, ["&&&", "=", "a", "%", "%zz", "limit=1&limit=2", "limit[]=1", "?", "limit=%31", "a=b=c", "offset=2147483647&limit=1000", "returnUrl=//x"])
                : $"{Escape(Pick(random, Texts))}={Escape(Pick(random, Texts))}");
        }
        byte[]? body = random.Next(5) switch
        {
            0 => null,
            1 => RandomBytes(random, random.Next(2_000)),
            2 => Bytes(new string(Pick(random, ['[', '{', '"', '9', ' ', '\0']), random.Next(1, 20_000))),
            _ => Bytes(Tree(random)),
        };
        return new FuzzRequest(Caller(random), Pick(random, Methods), Target(path), [], body, body is null ? null : Pick(random, MediaTypes));
    }

    private static IEnumerable<(string, string)> OddHeaders(Random random)
    {
        for (var times = Chance(random, 25) ? random.Next(1, 4) : 0; times > 0; times--)
        {
            yield return (Pick(random, Headers), Visible(Chance(random, 90) ? Pick(random, Texts) : string.Concat(RandomBytes(random, random.Next(1, 60)).Select(b => (char)b))));
        }
    }

    private static string Caller(Random random) => random.Next(100) switch
    {
        < 55 => "ADMIN",
        < 65 => "MANAGER",
        < 80 => "USER",
        < 85 => "VIEWER",
        < 93 => FuzzCallers.Session,
        _ => FuzzCallers.Nobody,
    };

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    // Line ends in headers are not sent by this client; TransportFuzz has them.
    private static string Visible(string text) => string.Concat(text.Where(c => c is (>= ' ' and <= '~') or (>= '\u00a0' and <= '\u00ff')));

    private static string Escape(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || "-._~:^".Contains((char)b, StringComparison.Ordinal) ? $"{(char)b}" : string.Create(CultureInfo.InvariantCulture, $"%{b:X2}")));

    // What no client can send in a request line is escaped; all else goes as it is.
    private static string Target(string path) => string.Concat(Encoding.UTF8.GetBytes(path.StartsWith('/') ? path : $"/{path}")
        .Select(b => b is > 0x20 and < 0x7f and not (byte)'#' and not (byte)'\\' ? $"{(char)b}" : string.Create(CultureInfo.InvariantCulture, $"%{b:X2}")));
}
