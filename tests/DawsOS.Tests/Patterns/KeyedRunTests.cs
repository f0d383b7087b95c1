using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary>Runs under an Idempotency-Key, asynchronous ones, their rows and their events.</summary>
public abstract class KeyedRunTests(PatternApp fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task C46_twenty_concurrent_starts_of_one_key_are_one_execution_and_another_body_is_a_conflict()
    {
        await fixture.IngestAsync(2024, 1m);
        var key = $"k-{Guid.CreateVersion7():N}";

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ExecuteAsync(key, new { pattern_id = "t_count", inputs = new { v = key } })));

        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(1, answers[0]["result"].GetProperty("data").GetProperty("v").GetInt32());
        Assert.Equal(
            "idempotency_conflict", (await ExecuteAsync(key, new { pattern_id = "t_count", inputs = new { v = "another" } }, HttpStatusCode.Conflict)).Error);
        // Another user's same key is another run.
        using var other = await fixture.App.SignInAsNewAsync("USER");
        var theirs = await ExecuteAsync(key, new { pattern_id = "t_count", inputs = new { v = key } }, http: other);
        Assert.Equal(2, theirs["result"].GetProperty("data").GetProperty("v").GetInt32());
    }

    [Fact]
    public async Task A_refusal_does_not_use_up_the_key()
    {
        await fixture.IngestAsync(2024, 1m);
        var key = $"k-{Guid.CreateVersion7():N}";

        await ExecuteAsync(key, new { pattern_id = "t_none" }, HttpStatusCode.NotFound);
        await ExecuteAsync(key, new { pattern_id = "t_echo", inputs = new { nope = 1 } }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("a", (await ExecuteAsync(key, new { pattern_id = "t_echo", inputs = new { v = "a" } }))["result"].GetProperty("data").GetProperty("v").GetString());
    }

    [Theory]
    [InlineData("has blank")]
    [InlineData("")]
    public async Task A_key_must_be_visible_ascii(string key) => await ExecuteAsync(key, new { pattern_id = "t_echo" }, HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task A_failed_run_is_found_again_under_its_key_with_its_problem()
    {
        await fixture.IngestAsync(2024, 1m);
        var key = $"k-{Guid.CreateVersion7():N}";

        var first = await ExecuteAsync(key, new { pattern_id = "t_fail", inputs = new { v = "business" } }, HttpStatusCode.InternalServerError);
        var second = await ExecuteAsync(key, new { pattern_id = "t_fail", inputs = new { v = "business" } }, HttpStatusCode.InternalServerError);

        var runId = first["details"].GetProperty("run_id").GetString();
        Assert.Equal(runId, second["details"].GetProperty("run_id").GetString());
        var run = await fixture.Http.GetAsync($"/v1/runs/{runId}", HttpStatusCode.OK);
        Assert.Equal("failed", run["status"].GetString());
        Assert.Equal("pattern_execution_error", run["problem"].GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_asynchronous_run_is_found_at_its_location_with_its_result_and_its_events()
    {
        await fixture.IngestAsync(2024, 1m);
        using var started = await fixture.Http.PostAsJsonAsync("/v1/execute?mode=async", new { pattern_id = "t_echo", inputs = new { v = "a" } }, Token);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var location = started.Headers.Location!.OriginalString;

        var events = await ReadEventsAsync(location, null);
        var run = await fixture.Http.GetAsync(location, HttpStatusCode.OK);

        Assert.Equal(["1-1:step_started", "1-2:step_succeeded", "1-end:run_completed"], events);
        Assert.Equal(["1-end:run_completed"], await ReadEventsAsync(location, "1-2"));
        Assert.Equal(["204"], await ReadEventsAsync(location, "1-end"));
        Assert.Equal("succeeded", run["status"].GetString());
        Assert.Equal("""{"v":"a"}""", run["result"].GetProperty("data").GetRawText());
        Assert.Equal(run["result_digest"].GetString(), run["trace"].GetProperty("result_digest").GetString());
        using var stranger = await fixture.App.SignInAsNewAsync("USER");
        await stranger.GetAsync(location, HttpStatusCode.NotFound);
        await stranger.GetAsync($"{location}/events", HttpStatusCode.NotFound);
        await stranger.SendJsonAsync(HttpMethod.Delete, location, null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task C51_a_cancelled_run_stops_at_the_capability_and_a_second_cancel_changes_nothing()
    {
        await fixture.IngestAsync(2024, 1m);
        using var user = await fixture.App.SignInAsNewAsync("USER");
        using var started = await user.PostAsJsonAsync("/v1/execute?mode=async", new { pattern_id = "t_sleep" }, Token);
        var location = started.Headers.Location!.OriginalString;

        var first = await user.SendJsonAsync(HttpMethod.Delete, location, null, HttpStatusCode.OK);
        var second = await user.SendJsonAsync(HttpMethod.Delete, location, null, HttpStatusCode.OK);

        Assert.Equal("cancelled", first["status"].GetString());
        Assert.Equal("run_cancelled", first["problem"].GetProperty("error").GetString());
        Assert.Equal(first.Text, second.Text);
        Assert.Equal("run_ended", first["trace"].GetProperty("steps")[1].GetProperty("reason").GetString());
        // The first had begun: it is not told as skipped, and its events end before the run's.
        Assert.Equal("It was cut off: the run ended before it did.", first["trace"].GetProperty("steps")[0].GetProperty("error").GetString());
        Assert.Equal("""["conformance"]""", first["trace"].GetProperty("agents_used").GetRawText());
        var events = await ReadEventsAsync(location, null);
        Assert.Equal(["1-1:step_started", "1-2:step_failed", "1-end:run_completed"], events);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_to_their_owner_and_the_admin()
    {
        await fixture.IngestAsync(2024, 1m);
        using var user = await fixture.App.SignInAsNewAsync("USER");
        await ExecuteAsync("one", new { pattern_id = "t_echo", inputs = new { v = "1" } }, http: user);
        fixture.App.Clock.Advance(TimeSpan.FromSeconds(1));
        await ExecuteAsync("two", new { pattern_id = "t_fail", inputs = new { v = "business" } }, HttpStatusCode.InternalServerError, user);

        var all = await user.GetAsync("/v1/runs", HttpStatusCode.OK);
        Assert.Equal(["failed", "succeeded"], all["items"].EnumerateArray().Select(run => run.GetProperty("status").GetString()));
        var failed = await user.GetAsync("/v1/runs?status=failed&pattern_id=t_fail&limit=1", HttpStatusCode.OK);
        Assert.Equal(1, failed["total"].GetInt32());
        var id = failed["items"][0].GetProperty("run_id").GetString();
        await fixture.Http.GetAsync($"/v1/runs/{id}", HttpStatusCode.OK);
        using var stranger = await fixture.App.SignInAsNewAsync("USER");
        Assert.Equal(0, (await stranger.GetAsync("/v1/runs", HttpStatusCode.OK))["total"].GetInt32());
    }

    private async Task<string[]> ReadEventsAsync(string location, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{location}/events");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }
        using var response = await fixture.Http.SendAsync(request, Token);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return ["204"];
        }
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(Token);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var lines = part.Split('\n').ToDictionary(line => line[..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(lines["data"]).RootElement.ValueKind);
            return $"{lines["id"]}:{lines["event"]}";
        })];
    }

    private Task<Answer> ExecuteAsync(string key, object body, HttpStatusCode expected = HttpStatusCode.OK, HttpClient? http = null) =>
        JsonHttp.SendAsync(http ?? fixture.Http, HttpMethod.Post, "/v1/execute", JsonContent.Create(body), expected, key: key);
}

public sealed class KeyedRunOnSqliteTests(SqlitePatternApp fixture) : KeyedRunTests(fixture), IClassFixture<SqlitePatternApp>;

public sealed class KeyedRunOnPostgresTests(PostgresPatternApp fixture) : KeyedRunTests(fixture), IClassFixture<PostgresPatternApp>;
