using System.Net;
using System.Text;
using System.Text.Json;

using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>The worked cases of the pattern language, over HTTP.</summary>
public sealed class EngineCaseTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    private static readonly Lock Defining = new();
    private static readonly List<PatternFile> Defined = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{{inputs.n}}", "5")]
    [InlineData("{{ inputs.n }}", "5")]
    [InlineData("n={{inputs.n}};", "\"n=5;\"")]
    [InlineData("{{inputs.n}}{{inputs.n}}", "\"55\"")]
    [InlineData("{{inputs.s}}", "\"{{ctx.pricing_pack_id}}\"")]
    [InlineData("{{inputs.lookback}}", "252")]
    [InlineData("{{inputs.nothing}}", "null")]
    public async Task C01_C02_C05_C20_a_template_becomes_its_value(string v, string expected)
    {
        var answer = await RunAsync($$"""{"capability":"t.echo","args":{"v":"{{v}}"},"as":"v"}""", ["v"], new { n = 5, s = "{{ctx.pricing_pack_id}}" });

        Assert.Equal(expected, Data(answer).GetProperty("v").GetRawText());
        Assert.Equal("252", answer["result"].GetProperty("trace").GetProperty("inputs").GetProperty("lookback").GetRawText());
    }

    [Fact]
    public async Task C04_a_path_that_leads_nowhere_fails_the_step_unless_it_has_a_default()
    {
        const string First = """{"capability":"t.obj","args":{"l":[1]},"as":"x"},""";

        var failed = await RunAsync(First + """{"capability":"t.echo","args":{"v":"{{state.x.l[9]}}"},"as":"v"}""", ["v"], expected: HttpStatusCode.InternalServerError);
        var answer = await RunAsync(First + """{"capability":"t.echo","args":{"v":"{{state.x.l[9] ?? 0}}"},"as":"v"}""", ["v"]);

        Assert.Contains("E_REF at /steps/1/args/v", failed["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Data(answer).GetProperty("v").GetInt32());
    }

    [Theory]
    [InlineData("{{inputs.s}} == 'x'", false)]
    [InlineData("true or true and false", true)]
    [InlineData("(false or true) and true", true)]
    [InlineData("50 > 1e1", true)]
    public async Task C08_C10_a_condition_is_decided_and_never_run(string condition, bool runs)
    {
        var answer = await RunAsync(
            $$"""{"capability":"t.echo","args":{"v":1},"as":"v","condition":"{{condition}}"}""", ["v"], new { s = "y\" == 'q' or 1 == 1 or \"z" });

        Assert.Equal(runs ? "1" : "null", Data(answer).GetProperty("v").GetRawText());
        var step = Steps(answer)[0];
        Assert.Equal(!runs, step.TryGetProperty("skipped", out _));
        if (!runs)
        {
            Assert.Equal("condition_not_met", step.GetProperty("reason").GetString());
            Assert.Equal("skipped", answer["result"].GetProperty("output_status").GetProperty("v").GetProperty("status").GetString());
            Assert.Equal("succeeded", answer["metadata"].GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task C17_a_skipped_step_leaves_the_default()
    {
        var answer = await RunAsync(
            """
            {"capability":"t.echo","args":{"v":1},"as":"a","condition":"false"},
            {"capability":"t.echo","args":{"v":"{{a ?? 7}}"},"as":"b"}
            """, ["b"]);

        Assert.Equal(7, Data(answer).GetProperty("b").GetInt32());
    }

    [Fact]
    public async Task C21_steps_that_do_not_need_each_other_run_side_by_side()
    {
        var wait = TimeSpan.FromMilliseconds(200);
        var before = fixture.App.Clock.Waits(wait);
        var run = TryRunAsync(
            """
            {"capability":"t.sleep","args":{"ms":200,"v":1},"as":"a"}, {"capability":"t.sleep","args":{"ms":200,"v":2},"as":"b"},
            {"capability":"t.sleep","args":{"ms":200,"v":3},"as":"c"}, {"capability":"t.sum","args":{"xs":["{{a}}","{{b}}","{{c}}"]},"as":"sum"}
            """, ["sum"]);
        // All three have begun before any has ended: on this clock none ends before it is moved, and it is moved once.
        await PassAsync(wait, before, count: 3);

        Assert.Equal(6, Data(await run).GetProperty("sum").GetInt32());
    }

    [Fact]
    public async Task C25_an_equal_step_is_answered_from_memory()
    {
        var key = Guid.CreateVersion7().ToString();
        var answer = await RunAsync(
            $$"""
            {"capability":"t.count","args":{"key":"{{key}}"},"as":"a"}, {"capability":"t.echo","args":{"v":"{{"{{a}}"}}"},"as":"between"},
            {"capability":"t.count","args":{"key":"{{key}}"},"as":"b","condition":"between == 1"}
            """, ["a", "b"]);

        Assert.Equal("""{"a":1,"b":1}""", Data(answer).GetRawText());
        Assert.Equal(["computed", "computed", "memo"], Steps(answer).EnumerateArray().Select(step => step.GetProperty("origin").GetString()));
        Assert.Equal("""{"hits":1,"misses":2""", answer["result"].GetProperty("trace").GetProperty("cache_stats").GetRawText()[..20]);
    }

    [Fact]
    public async Task Two_equal_steps_at_once_make_one_call()
    {
        var key = Guid.CreateVersion7().ToString();
        var answer = await RunAsync(
            $$"""{"capability":"t.count","args":{"key":"{{key}}"},"as":"a"}, {"capability":"t.count","args":{"key":"{{key}}"},"as":"b"}""", ["a", "b"]);

        Assert.Equal("""{"a":1,"b":1}""", Data(answer).GetRawText());
        Assert.NotEqual("computed", Steps(answer)[1].GetProperty("origin").GetString());
    }

    [Fact]
    public async Task C32_a_transient_failure_is_tried_again_after_its_delays()
    {
        var key = Guid.CreateVersion7().ToString();
        var started = fixture.App.Clock.GetUtcNow();
        var waits = new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2) }.ToDictionary(wait => wait, fixture.App.Clock.Waits);
        var run = TryRunAsync(
            $$$"""{"capability":"t.flaky","args":{"key":"{{{key}}}","k":2,"v":"ok"},"as":"v","retry":{"delays_s":[1,2,4]}}""", ["v"]);
        foreach (var wait in new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2) })
        {
            await PassAsync(wait, waits[wait]);
        }
        var answer = await run;

        Assert.Equal("ok", Data(answer).GetProperty("v").GetString());
        Assert.Equal(3, Steps(answer)[0].GetProperty("attempts").GetInt32());
        Assert.Equal(3, Steps(answer)[0].GetProperty("duration_seconds").GetDouble(), 3);
        Assert.Equal(TimeSpan.FromSeconds(3), fixture.App.Clock.GetUtcNow() - started);
    }

    [Fact]
    public async Task A_business_failure_is_not_tried_again()
    {
        var failed = await RunAsync(
            """{"capability":"t.fail","args":{"class":"business"},"as":"v","retry":{"delays_s":[1]}}""", ["v"], expected: HttpStatusCode.InternalServerError);

        Assert.Equal("pattern_execution_error", failed.Error);
    }

    [Fact]
    public async Task C42_a_failed_optional_step_degrades_the_run_and_leaves_the_others_as_they_are()
    {
        var answer = await RunAsync(
            """
            {"capability":"t.echo","args":{"v":1},"as":"a"}, {"capability":"t.fail","args":{"class":"business"},"as":"b","optional":true},
            {"capability":"t.echo","args":{"v":3},"as":"c"}, {"capability":"t.echo","args":{"v":"{{b}}"},"as":"d","optional":true}
            """, ["a", "b", "c", "d"]);

        Assert.Equal("""{"a":1,"b":null,"c":3,"d":null}""", Data(answer).GetRawText());
        Assert.Equal("degraded", answer["metadata"].GetProperty("status").GetString());
        var status = answer["result"].GetProperty("output_status");
        Assert.Equal("""{"status":"failed","reason":"Failed as told: business.","step":"b"}""", status.GetProperty("b").GetRawText());
        Assert.Equal("""{"status":"skipped","reason":"upstream_failed","step":"d"}""", status.GetProperty("d").GetRawText());
        Assert.Contains(answer["warnings"].EnumerateArray(), warning => warning.GetString()!.Contains("optional step b failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partial_answer_degrades_the_run_with_its_warnings_and_its_sources()
    {
        var answer = await RunAsync(
            """{"capability":"t.meta","args":{"v":1,"partial":true,"source":"series:X","asof":"2020-01-31","ttl":60},"as":"v"}""", ["v"]);

        Assert.Equal("degraded", answer["metadata"].GetProperty("status").GetString());
        Assert.Equal("""["A part is missing, as told."]""", answer["warnings"].GetRawText());
        Assert.Equal("""{"sources":["series:X"],"text":[],"urls":[],"count":1}""", answer["result"].GetProperty("__attributions__").GetRawText());
        Assert.Equal("""[{"capability":"t.meta","asof":"2020-01-31","ttl":60}]""", answer["result"].GetProperty("trace").GetProperty("per_panel_staleness").GetRawText());
    }

    [Fact]
    public async Task A_step_that_takes_longer_than_its_time_is_a_timeout()
    {
        var wait = TimeSpan.FromMilliseconds(500);
        var before = fixture.App.Clock.Waits(wait);
        var run = TryRunAsync(
            """{"capability":"t.sleep","args":{"ms":60000},"as":"v","timeout_ms":500,"optional":true}, {"capability":"t.echo","args":{"v":1},"as":"w"}""", ["v", "w"]);
        await PassAsync(wait, before);

        Assert.Equal("t.sleep took longer than 500 ms.", (await run)["result"].GetProperty("output_status").GetProperty("v").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_pattern_has_its_own_time()
    {
        var wait = TimeSpan.FromMilliseconds(2345);
        var run = TryRunAsync("""{"capability":"t.sleep","args":{"ms":60000},"as":"v"}""", ["v"], extra: "\"timeout_ms\":2345,");
        await PassAsync(wait, before: 0);

        Assert.Equal((HttpStatusCode.GatewayTimeout, "timeout"), ((await run).Status, (await run).Error));
    }

    [Fact]
    public async Task A_circuit_that_is_open_refuses_the_run_with_the_time_to_wait()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true", ["AGENT_BREAKER_THRESHOLD"] = "2" });
        using var http = await app.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        app.Services.GetRequiredService<PatternCatalogue>().Replace([new PatternFile("f.json", Encoding.UTF8.GetBytes("""
            {"id":"f","name":"F","steps":[{"capability":"t.fail","args":{"class":"transient"},"as":"v"}],"outputs":["v"]}
            """))]);
        var body = new { pattern_id = "f" };
        await http.CallAsync("/v1/execute", body, HttpStatusCode.InternalServerError);
        await http.CallAsync("/v1/execute", body, HttpStatusCode.InternalServerError);

        using var refused = await http.PostAsync("/v1/execute", System.Net.Http.Json.JsonContent.Create(body), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(60, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains("CIRCUIT_BREAKER_OPEN", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_attempt_counts_against_the_breaker()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true", ["AGENT_BREAKER_THRESHOLD"] = "3" });
        using var http = await app.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        app.Services.GetRequiredService<PatternCatalogue>().Replace([new PatternFile("f.json", Encoding.UTF8.GetBytes("""
            {"id":"f","name":"F","steps":[{"capability":"t.fail","args":{"class":"transient"},"as":"v","retry":{"delays_s":[0,0,0]}}],"outputs":["v"]}
            """))]);

        var refused = await http.CallAsync("/v1/execute", new { pattern_id = "f" }, HttpStatusCode.ServiceUnavailable);

        Assert.Equal("CIRCUIT_BREAKER_OPEN", refused.Error);
        Assert.Equal(("conformance", "t.fail"), (refused["details"].GetProperty("agent").GetString(), refused["details"].GetProperty("capability").GetString()));
        Assert.Equal(4, refused["details"].GetProperty("trace").GetProperty("steps")[0].GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task An_equal_step_with_less_time_shares_the_call_and_not_the_time()
    {
        var (nap, limit) = (TimeSpan.FromMilliseconds(30_001), TimeSpan.FromMilliseconds(777));
        var (naps, limits) = (fixture.App.Clock.Waits(nap), fixture.App.Clock.Waits(limit));
        var run = TryRunAsync(
            """
            {"capability":"t.sleep","args":{"ms":30001,"v":1},"as":"a","optional":true},
            {"capability":"t.sleep","args":{"ms":30001,"v":1},"as":"b","timeout_ms":777,"optional":true},
            {"capability":"t.echo","args":{"v":"{{b ?? 0}}"},"as":"c"}, {"capability":"t.fail","args":{"class":"business","of":"{{c}}"},"as":"d"}
            """, ["a", "b"]);
        await fixture.App.Clock.WaitsAsync(nap, naps + 1);
        await PassAsync(limit, limits);

        var steps = (await run)["details"].GetProperty("trace").GetProperty("steps");
        Assert.Equal("t.sleep took longer than 777 ms.", steps[1].GetProperty("error").GetString());
        Assert.Equal("It was cut off: the run ended before it did.", steps[0].GetProperty("error").GetString());
        Assert.Equal(naps + 1, fixture.App.Clock.Waits(nap));
    }

    [Fact]
    public async Task A_value_put_into_values_over_and_over_is_read_and_shown_at_any_depth()
    {
        var deep = $"{new string('[', 50)}1{new string(']', 50)}";
        var answer = await RunAsync(
            $$$$"""
            {"capability":"t.obj","args":{"a":{"b":{"c":{{{{deep}}}}}}},"as":"x"}, {"capability":"t.obj","args":{"a":{"b":{"c":"{{x}}"}}},"as":"y"},
            {"capability":"t.obj","args":{"n":1},"as":"z","condition":"y.a.b.c.a.b.c[0] != null"}
            """, ["z"]);

        Assert.Equal("""{"z":{"n":1}}""", Data(answer).GetRawText());
        // Its trace is read back from its row.
        await fixture.Http.GetAsync($"/v1/runs/{answer["metadata"].GetProperty("run_id").GetString()}", HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_value_put_in_many_times_is_refused_before_it_fills_the_memory()
    {
        await using var app = await DawsApp.StartAsync(settings: new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true", ["MAX_STEP_RESULT_BYTES"] = "10000" });
        using var http = await app.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        var many = string.Join(',', Enumerable.Repeat("\"{{inputs.s}}\"", 1_000));
        var text = string.Concat(Enumerable.Repeat("{{inputs.s}}", 1_000));
        var chain = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"capability":"t.big","args":{"bytes":{{9_000 + i}}},"as":"s{{i}}","optional":true}"""));
        app.Services.GetRequiredService<PatternCatalogue>().Replace([
            .. new[] { ("list", $$$"""{"capability":"t.echo","args":{"v":[{{{many}}}]},"as":"v"}"""), ("text", $$$"""{"capability":"t.echo","args":{"v":"{{{text}}}"},"as":"v"}"""),
                ("chain", $$"""{{chain}},{"capability":"t.null","as":"v"}""") }
                .Select(pair => new PatternFile($"{pair.Item1}.json", Encoding.UTF8.GetBytes(
                    $$$"""{"id":"{{{pair.Item1}}}","name":"Large","inputs":{"s":{"type":"string","default":"{{{new string('x', 900)}}}"}},"steps":[{{{pair.Item2}}}],"outputs":["v"]}""")))]);

        foreach (var id in new[] { "list", "text" })
        {
            var refused = await http.CallAsync("/v1/execute", new { pattern_id = id }, HttpStatusCode.InternalServerError);
            Assert.Contains("E_LIMIT: the arguments are larger than 10,000 bytes.", refused["detail"].GetString(), StringComparison.Ordinal);
        }
        var chained = await http.CallAsync("/v1/execute", new { pattern_id = "chain" }, HttpStatusCode.InternalServerError);
        Assert.Equal("E_LIMIT: the values of the run are larger than 160,000 bytes.", chained["detail"].GetString());
    }

    [Fact]
    public async Task A_pattern_with_a_right_the_caller_lacks_is_forbidden()
    {
        using var user = await fixture.App.SignInAsNewAsync("USER");
        await fixture.IngestAsync(2025, 1m);
        var id = Define("""{"capability":"t.echo","args":{"v":1},"as":"v"}""", ["v"], "\"rights_required\":[\"export_data\"],");

        Assert.Equal("forbidden", (await user.CallAsync("/v1/execute", new { pattern_id = id }, HttpStatusCode.Forbidden)).Error);
        await fixture.ExecuteAsync(new { pattern_id = id });
    }

    [Fact]
    public async Task The_same_request_has_the_same_digests_and_another_input_has_others()
    {
        const string Step = """{"capability":"t.echo","args":{"v":"{{inputs.n}}"},"as":"v"}""";
        await fixture.IngestAsync(2019, 1m);
        var id = Define(Step, ["v"]);

        var digests = new List<(string Run, string Result)>();
        foreach (var n in new[] { 1, 1, 2 })
        {
            var trace = (await fixture.ExecuteAsync(new { pattern_id = id, inputs = new { n }, asof_date = "2019-06-30" }))["result"].GetProperty("trace");
            digests.Add((trace.GetProperty("run_digest").GetString()!, trace.GetProperty("result_digest").GetString()!));
        }

        Assert.Equal(digests[0].Result, digests[1].Result);
        Assert.NotEqual(digests[0], digests[2]);
    }

    private async Task<Answer> RunAsync(string steps, string[] outputs, object? inputs = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        await fixture.IngestAsync(2018, 1m);
        return await fixture.ExecuteAsync(new { pattern_id = Define(steps, outputs), inputs = inputs ?? new { } }, expected);
    }

    private async Task<Answer> TryRunAsync(string steps, string[] outputs, string extra = "")
    {
        await fixture.IngestAsync(2018, 1m);
        using var response = await fixture.Http.PostAsync("/v1/execute", System.Net.Http.Json.JsonContent.Create(new { pattern_id = Define(steps, outputs, extra) }), Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        return new Answer(response.StatusCode, JsonDocument.Parse(text).RootElement, text);
    }

    // Moves the clock when that many waits of that length have begun, and not before.
    private async Task PassAsync(TimeSpan wait, int before, int count = 1)
    {
        await fixture.App.Clock.WaitsAsync(wait, before + count);
        fixture.App.Clock.Advance(wait);
    }

    private string Define(string steps, string[] outputs, string extra = "")
    {
        var id = $"c_{Guid.CreateVersion7():N}";
        var file = new PatternFile($"{id}.json", Encoding.UTF8.GetBytes($$$"""
            {"id":"{{{id}}}","name":"Case",{{{extra}}}"inputs":{"n":{"type":"integer","default":0},"s":{"type":"string","default":""},
             "lookback":{"type":"integer","default":252},"nothing":{"type":["string","null"]}},
             "steps":[{{{steps}}}],"outputs":{{{JsonSerializer.Serialize(outputs)}}}}
            """));
        lock (Defining)
        {
            Defined.Add(file);
            var findings = fixture.App.Services.GetRequiredService<PatternCatalogue>().Replace(Defined);
            Assert.Empty(findings);
        }
        return id;
    }

    private static JsonElement Data(Answer answer) => answer["result"].GetProperty("data");

    private static JsonElement Steps(Answer answer) => answer["result"].GetProperty("trace").GetProperty("steps");
}
