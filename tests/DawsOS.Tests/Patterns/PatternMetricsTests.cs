using System.Globalization;
using System.Net;
using System.Text;

using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

using Prometheus;

namespace DawsOS.Patterns;

/// <summary>What executions leave in the metrics. The program is shared, so the tests look at differences.</summary>
public sealed class PatternMetricsTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    [Fact]
    public async Task Pattern_execution_is_counted_and_timed()
    {
        var moved = await MovedByAsync(
            () => RunSnapshotAsync(1970),
            """dawsos_pattern_executions_total{pattern_id="market_snapshot",status="success"}""",
            """dawsos_requests_total{pattern_id="market_snapshot",status="success"}""",
            """dawsos_api_request_duration_seconds_count{pattern_id="market_snapshot",status="success"}""");

        Assert.Equal([1, 1, 1], moved);
    }

    [Fact]
    public async Task Each_step_is_timed_with_its_labels()
    {
        var moved = await MovedByAsync(
            () => RunSnapshotAsync(1971),
            """dawsos_pattern_step_duration_seconds_count{pattern_id="market_snapshot",step_index="0",capability="macro.get_series"}""",
            """dawsos_pattern_step_duration_seconds_count{pattern_id="market_snapshot",step_index="1",capability="macro.series_stats"}""",
            """dawsos_pattern_step_duration_seconds_count{pattern_id="market_snapshot",step_index="2",capability="charts.series"}""");

        Assert.Equal([1, 1, 1], moved);
    }

    [Fact]
    public async Task Agent_invocation_is_counted_and_timed()
    {
        await fixture.IngestAsync(1972, 1m);

        var moved = await MovedByAsync(
            () => fixture.ExecuteAsync(new { pattern_id = "t_echo", inputs = new { v = "x" } }),
            """dawsos_agent_invocations_total{agent_name="conformance",capability="t.echo",status="success"}""",
            """dawsos_agent_latency_seconds_count{agent_name="conformance",capability="t.echo"}""");

        Assert.Equal([1, 1], moved);
    }

    [Fact]
    public async Task Breaker_state_is_published_after_a_failure()
    {
        var failures = await MovedByAsync(() => RunFailureAsync(1973), """dawsos_circuit_breaker_failures_total{agent_name="broken"}""");

        Assert.Equal([1], failures);
        Assert.Contains("dawsos_circuit_breaker_state{agent_name=\"broken\"} 0\n", await TextAsync(), StringComparison.Ordinal);
        // Whatever other tests have failed here meanwhile: four more are at least five in a row.
        for (var year = 1975; year < 1979; year++)
        {
            await fixture.TryExecuteAsync(new { pattern_id = "t_throw", inputs = new { v = "bug" } });
        }
        Assert.Contains("dawsos_circuit_breaker_state{agent_name=\"broken\"} 1\n", await TextAsync(), StringComparison.Ordinal);
        await fixture.Http.CallAsync("/v1/agents/broken/reset", null);
        Assert.Contains("dawsos_circuit_breaker_state{agent_name=\"broken\"} 0\n", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_memo_is_counted_and_steps_below_a_millisecond_have_buckets()
    {
        await fixture.IngestAsync(1980, 1m);
        var moved = await MovedByAsync(
            () => fixture.ExecuteAsync(new { pattern_id = "t_twice", inputs = new { v = Guid.CreateVersion7() } }),
            """dawsos_cache_hits_total{scope="run"}""", """dawsos_cache_misses_total{scope="run"}""",
            """dawsos_pattern_step_duration_seconds_bucket{pattern_id="t_twice",step_index="0",capability="t.count",le="+Inf"}""");

        Assert.Equal([1, 1, 1], moved);
        Assert.Contains(
            """dawsos_pattern_step_duration_seconds_bucket{pattern_id="t_twice",step_index="0",capability="t.count",le="0.0001"}""", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_pattern_counts_as_error()
    {
        var moved = await MovedByAsync(
            () => RunFailureAsync(1974),
            """dawsos_pattern_executions_total{pattern_id="t_throw",status="error"}""",
            """dawsos_requests_total{pattern_id="t_throw",status="error"}""",
            """dawsos_api_request_duration_seconds_count{pattern_id="t_throw",status="error"}""",
            """dawsos_request_errors_total{pattern_id="t_throw",error_type="pattern_execution_error"}""",
            """dawsos_agent_invocations_total{agent_name="broken",capability="x.throw",status="error"}""",
            """dawsos_pattern_executions_total{pattern_id="t_throw",status="success"}""");

        Assert.Equal([1, 1, 1, 1, 1, 0], moved);
    }

    [Fact]
    public async Task A_refused_request_counts_as_an_error_and_not_as_an_execution()
    {
        var moved = await MovedByAsync(
            async () =>
            {
                await fixture.ExecuteAsync(new { pattern_id = "no_such_pattern" }, HttpStatusCode.NotFound);
                await fixture.ExecuteAsync(new { pattern_id = "market_snapshot" }, HttpStatusCode.UnprocessableEntity);
            },
            """dawsos_request_errors_total{pattern_id="unknown",error_type="pattern_not_found"}""",
            """dawsos_request_errors_total{pattern_id="market_snapshot",error_type="pattern_invalid"}""",
            """dawsos_requests_total{pattern_id="unknown",status="error"}""");

        Assert.Equal([1, 1, 0], moved);
    }

    private async Task RunSnapshotAsync(int year)
    {
        var id = await fixture.IngestAsync(year, 1m, 2m);
        await fixture.ExecuteAsync(new { pattern_id = "market_snapshot", inputs = new { series_ids = new[] { id } } });
    }

    private async Task RunFailureAsync(int year)
    {
        await fixture.IngestAsync(year, 1m);
        await fixture.ExecuteAsync(new { pattern_id = "t_throw", inputs = new { v = "bug" } }, HttpStatusCode.InternalServerError);
    }

    private async Task<double[]> MovedByAsync(Func<Task> action, params string[] series)
    {
        var before = await TextAsync();
        await action();
        var after = await TextAsync();
        return [.. series.Select(one => Value(after, one) - Value(before, one))];
    }

    private static double Value(string text, string series) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith($"{series} ", StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture)
            : 0;

    private async Task<string> TextAsync()
    {
        using var stream = new MemoryStream();
        await fixture.App.Services.GetRequiredService<CollectorRegistry>().CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
