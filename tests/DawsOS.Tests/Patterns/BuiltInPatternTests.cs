using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Agents.Conformance;
using DawsOS.Canonical;
using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>What holds for every pattern that comes with the program, and for every capability: whoever adds one is tested here already.</summary>
public sealed class BuiltInPatternTests(LongSeriesApp fixture) : IClassFixture<LongSeriesApp>
{
    private static readonly string[] Unknown = ["NO_SUCH", "NOR_THIS"];

    // Counts of what is not there, and the threshold that was asked for; every other number would be made up.
    private static readonly string[] Honest = ["count=0", "points=0", "threshold=4711"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Patterns =>
        [.. PatternFile.BuiltIn().Select(file => JsonSerializer.Deserialize<JsonElement>(file.Json).GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task The_largest_inputs_that_a_pattern_declares_work(string pattern)
    {
        var inputs = Inputs(pattern).ToDictionary(input => input.Name, input => Largest(input.Value));

        var answer = await fixture.ExecuteAsync(pattern, inputs);

        Assert.Equal("succeeded", answer["metadata"].GetProperty("status").GetString());
        var trace = answer["result"].GetProperty("trace");
        Assert.All(trace.GetProperty("steps").EnumerateArray(), step => Assert.InRange(step.GetProperty("args").GetRawText().Length, 2, ArgumentDigest.MaxBytes));
        // Every step ran, each on its agent, and rests on what its capability declares.
        var used = Capabilities.Where(capability => Used(pattern).Contains(capability.Name)).ToList();
        Assert.Equal(used.Select(capability => capability.Name), trace.GetProperty("capabilities_used").EnumerateArray().Select(name => name.GetString()));
        var declared = used.SelectMany(capability => capability.Sources).ToHashSet();
        Assert.All(trace.GetProperty("sources").EnumerateArray(), source => Assert.Contains(SourceKind.Find(source.GetString()!)!, declared));
        Assert.All(trace.GetProperty("per_panel_staleness").EnumerateArray(), panel => Assert.Equal(
            used.Single(capability => capability.Name == panel.GetProperty("capability").GetString()).Ttl?.TotalSeconds,
            panel.GetProperty("ttl").ValueKind == JsonValueKind.Null ? null : panel.GetProperty("ttl").GetDouble()));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Without_data_there_is_no_number_only_nulls_with_a_warning(string pattern)
    {
        var inputs = Inputs(pattern).Where(input => input.Value.GetProperty("type").GetString() is "array" or "decimal")
            .ToDictionary(input => input.Name, input => input.Value.GetProperty("type").GetString() == "array" ? (object)Unknown : 4711);

        var answer = await fixture.ExecuteAsync(pattern, inputs);

        Assert.NotEmpty(answer["warnings"].EnumerateArray());
        Assert.All(Numbers(answer["result"].GetProperty("data")), number => Assert.Contains(number, Honest));
        Assert.All(Numbers(answer["result"].GetProperty("charts")), number => Assert.Fail(number));
    }

    [Fact]
    public async Task Every_capability_is_reachable_through_its_agent_and_used_by_a_pattern_so_that_none_is_a_placeholder()
    {
        var used = Patterns.SelectMany(pattern => Used(pattern.Data)).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(Capabilities);
        foreach (var capability in Capabilities)
        {
            Assert.Contains(capability.Name, used);
            Assert.NotEqual("true", capability.ResultSchema.ToString());
            Assert.NotEmpty(capability.Description);

            var answer = await InvokeAsync(capability.Name, "{}");

            // It read its arguments, found them wanting, and that is no outage.
            Assert.Equal((FailureClass.Business, $"The arguments of {capability.Name} do not fit at '$'."), (answer.Failure!.Class, answer.Failure.Message));
        }
    }

    [Theory]
    [InlineData("{\"series_ids\":[\"ID\"],\"lookback\":null}", 252)]
    [InlineData("{\"series_ids\":[\"ID\"]}", 252)]
    [InlineData("{\"series_ids\":[\"ID\"],\"lookback\":3}", 3)]
    public async Task A_lookback_that_is_null_is_the_default(string args, int observations)
    {
        var answer = await InvokeAsync("macro.get_series", args);

        Assert.Equal(observations, JsonSerializer.Deserialize<JsonElement>(answer.Value.Bytes.Span)[0].GetProperty("dates").GetArrayLength());
    }

    [Theory]
    [InlineData("macro.get_series", "{\"series_ids\":null}", "macro.get_series needs 'series_ids', which is null.")]
    [InlineData("macro.get_series", "{\"series_ids\":[null]}", "The arguments of macro.get_series do not fit at '$.series_ids[0]': it is null.")]
    [InlineData("macro.get_series", "{\"series_ids\":[\"a b\"]}", "'a b' is no series id.")]
    [InlineData("macro.get_series", "{\"lookback\":-1,\"series_ids\":[\"ID\"]}", "lookback must be at least 1, not -1.")]
    [InlineData("macro.get_history", "{\"series_ids\":[\"ID\"],\"years\":201}", "years must be 1 to 200, not 201.")]
    public async Task What_cannot_be_read_is_the_callers_mistake(string capability, string args, string message)
    {
        var failure = (await InvokeAsync(capability, args)).Failure!;

        Assert.Equal((FailureClass.Business, message), (failure.Class, failure.Message));
    }

    [Fact]
    public async Task The_agents_show_how_their_capabilities_are_declared()
    {
        var agents = await fixture.Http.GetAsync("/v1/agents", System.Net.HttpStatusCode.OK);
        var macro = agents.Body.EnumerateArray().Single(agent => agent.GetProperty("name").GetString() == "macro_hound").GetProperty("capabilities")
            .EnumerateArray().ToDictionary(capability => capability.GetProperty("name").GetString()!);

        var history = macro["macro.get_history"];
        Assert.Equal("""["business","transient"]""", history.GetProperty("failure_classes").GetRawText());
        Assert.Equal("""["series"]""", history.GetProperty("sources").GetRawText());
        Assert.Equal((3600, "read", 2), (history.GetProperty("ttl_seconds").GetDouble(), history.GetProperty("effect").GetString(), history.GetProperty("version").GetInt32()));
        Assert.Equal(
            """{"additionalProperties":false,"properties":{"series_ids":{"items":{"type":"string"},"type":"array"},"years":{"type":"integer"}},"required":["series_ids","years"],"type":"object"}""",
            history.GetProperty("args_schema").GetRawText());
        Assert.Equal(
            """["dates","series_id","values"]""",
            JsonSerializer.Serialize(history.GetProperty("result_schema").GetProperty("items").GetProperty("properties").EnumerateObject().Select(member => member.Name)));
        Assert.Equal(JsonValueKind.Null, macro["macro.series_stats"].GetProperty("ttl_seconds").ValueKind);
    }

    private Task<CapabilityResult> InvokeAsync(string capability, string args)
    {
        var agent = fixture.App.Services.GetRequiredService<CapabilityRegistry>().Find(capability)!.Agent;
        var call = new CapabilityCall(
            new Caller(Guid.CreateVersion7(), Role.User), capability,
            new CanonicalValue(Encoding.UTF8.GetBytes(args.Replace("ID", LongSeriesApp.Ids[0], StringComparison.Ordinal))), "SERIES_2026-03-02_99");
        return fixture.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IAgentGrain>(agent).InvokeAsync(call, Token);
    }

    private IReadOnlyList<Capability> Capabilities =>
        [.. fixture.App.Services.GetRequiredService<CapabilityRegistry>().All.Where(capability => capability is not IConformance)];

    private static JsonElement.ObjectEnumerator Inputs(string pattern) => Definition(pattern).GetProperty("inputs").EnumerateObject();

    private static IEnumerable<string> Used(string pattern) =>
        Definition(pattern).GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("capability").GetString()!);

    private static JsonElement Definition(string pattern) =>
        PatternFile.BuiltIn().Select(file => JsonSerializer.Deserialize<JsonElement>(file.Json)).Single(definition => definition.GetProperty("id").GetString() == pattern);

    private static object Largest(JsonElement input) => input.GetProperty("type").GetString() switch
    {
        "array" => LongSeriesApp.Ids[..input.GetProperty("max").GetInt32()],
        "integer" => input.GetProperty("max").GetInt32(),
        "decimal" => "-0.0000000000000000000000000001",
        var type => throw new InvalidOperationException($"Say here what the largest {type} is."),
    };

    private static IEnumerable<string> Numbers(JsonElement value, string name = "") => value.ValueKind switch
    {
        JsonValueKind.Number => [$"{name}={value.GetRawText()}"],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Numbers(member.Value, member.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Numbers(item, name)),
        _ => [],
    };
}

/// <summary>The program with series as long as patterns can ask for: 20 of 50 years, 30 more of 1,500 days, a value of the most digits on every day.</summary>
public sealed class LongSeriesApp : IAsyncLifetime
{
    private const int Long = 20;
    private static readonly DateOnly Last = new(2026, 3, 2);

    private DawsApp? _app;
    private HttpClient? _http;

    public static string[] Ids { get; } = [.. Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"LONG_{new string('X', 56)}{i:000}"))];

    internal DawsApp App => _app!;

    internal HttpClient Http => _http!;

    public async ValueTask InitializeAsync()
    {
        _app = await DawsApp.StartAsync();
        _http = await _app.SignInAsync();
        await ImportAsync(Ids[..Long], Last.DayNumber - Last.AddYears(-50).DayNumber + 1);
        await ImportAsync(Ids[Long..], 1_500);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    internal Task<Answer> ExecuteAsync(string pattern, object inputs) =>
        Http.CallAsync("/v1/execute", new { pattern_id = pattern, inputs, asof_date = Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) });

    private async Task ImportAsync(string[] ids, int days)
    {
        var random = new Random(5);
        var csv = new StringBuilder("DATE,").AppendJoin(',', ids).Append('\n');
        for (var day = Last.AddDays(1 - days); day <= Last; day = day.AddDays(1))
        {
            csv.Append(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append(',').AppendJoin(',', ids.Select(_ => Value(random))).Append('\n');
        }
        using var content = new StringContent(csv.ToString(), Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        using var response = await Http.PostAsync("/v1/series/import", content);
        response.EnsureSuccessStatusCode();
    }

    // A sign, 29 digits and a point: nothing that a decimal holds is longer.
    private static string Value(Random random) => string.Create(CultureInfo.InvariantCulture, $"-{random.Next(1, 7)}.{random.NextInt64((long)1e13, (long)1e14)}{random.NextInt64((long)1e12, (long)1e13)}{random.Next(1, 10)}");
}
