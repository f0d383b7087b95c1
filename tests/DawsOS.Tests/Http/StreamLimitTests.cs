using System.Net;
using System.Net.Http.Json;

using DawsOS.Accounts;
using DawsOS.Harness;
using DawsOS.Patterns;

namespace DawsOS.Http;

/// <summary>How many streams a user has, and when they end.</summary>
public sealed class StreamLimitTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_has_ten_streams_of_both_kinds_together()
    {
        await fixture.IngestAsync(2024, 1m);
        using var user = await fixture.App.SignInAsNewAsync("USER");
        using var other = await fixture.App.SignInAsNewAsync("USER");
        var run = await RunAsync(user);
        List<HttpResponseMessage> open = [];
        for (var i = 0; i < StreamLimit.PerUser / 2; i++)
        {
            open.Add(await OpenAsync(user, "/v1/notifications/stream"));
            open.Add(await OpenAsync(user, $"{run}/events"));
        }
        Assert.All(open, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));

        using var oneMore = await OpenAsync(user, "/v1/notifications/stream");
        using var ofRun = await OpenAsync(user, $"{run}/events");
        using var ofAnother = await OpenAsync(other, "/v1/notifications/stream");

        await oneMore.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(5), oneMore.Headers.RetryAfter!.Delta);
        await ofRun.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(HttpStatusCode.OK, ofAnother.StatusCode);
        open[0].Dispose();
        await HostProcess.PollAsync("the place of a closed stream to be free", async () =>
        {
            using var again = await OpenAsync(user, "/v1/notifications/stream");
            return again.StatusCode == HttpStatusCode.OK;
        });
        open.ForEach(response => response.Dispose());
        await user.SendJsonAsync(HttpMethod.Delete, run, null, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("notifications", false)]
    [InlineData("events", false)]
    [InlineData("notifications", true)]
    [InlineData("events", true)]
    public async Task A_stream_ends_when_its_user_is_deactivated_or_has_another_role(string kind, bool role)
    {
        await fixture.IngestAsync(2024, 1m);
        var (id, email) = await fixture.App.NewUserAsync("USER");
        using var user = await fixture.App.SignInAsync(email, AccountCalls.Password);
        var path = kind == "events" ? $"{await RunAsync(user)}/events" : "/v1/notifications/stream";
        using var stream = await OpenAsync(user, path);
        var ended = (await stream.Content.ReadAsStreamAsync(Token)).CopyToAsync(Stream.Null, Token);
        // Both look by the clock.
        fixture.App.Clock.Advance(EventStreams.Look);
        Assert.False(ended.IsCompleted);

        await fixture.App.PatchUserAsync(id, role ? new { role = "MANAGER" } : new { is_active = false });

        await EndAsync(ended);
    }

    [Fact]
    public async Task A_stream_ends_with_its_session_or_key()
    {
        var (_, email) = await fixture.App.NewUserAsync("USER");
        using var user = await fixture.App.SignInAsync(email, AccountCalls.Password);
        var made = await user.CallAsync("/auth/api-keys", new { name = "stream" }, HttpStatusCode.Created);
        using var program = new HttpClient { BaseAddress = fixture.App.Address };
        program.DefaultRequestHeaders.Authorization = new("Bearer", made["key"].GetString());
        using var ofKey = await OpenAsync(program, "/v1/notifications/stream");
        using var ofSession = await OpenAsync(user, "/v1/notifications/stream");
        var (keyEnded, sessionEnded) = (ReadAsync(ofKey), ReadAsync(ofSession));

        await user.SendJsonAsync(HttpMethod.Delete, $"/auth/api-keys/{made["id"].GetString()}", null, HttpStatusCode.NoContent);
        await EndAsync(keyEnded);
        Assert.False(sessionEnded.IsCompleted);
        await user.SendJsonAsync(HttpMethod.Post, "/auth/logout", new { refresh_token = "" }, HttpStatusCode.NoContent);
        await EndAsync(sessionEnded);

        async Task ReadAsync(HttpResponseMessage response) => await (await response.Content.ReadAsStreamAsync(Token)).CopyToAsync(Stream.Null, Token);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_end_of_a_run_that_somebody_watches()
    {
        var app = new SqlitePatternApp();
        await app.InitializeAsync();
        await app.IngestAsync(2024, 1m);
        var run = await RunAsync(app.Http);
        using var stream = await OpenAsync(app.Http, $"{run}/events");
        var ended = (await stream.Content.ReadAsStreamAsync(Token)).CopyToAsync(Stream.Null, Token);

        var stop = app.DisposeAsync().AsTask();

        await ended;
        await stop.WaitAsync(TimeSpan.FromSeconds(15), Token);
    }

    // Both look by the clock. A whole answer: a cut one would throw.
    private async Task EndAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            fixture.App.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token));
        }
        await ended;
    }

    private static async Task<string> RunAsync(HttpClient user)
    {
        using var started = await user.PostAsync("/v1/execute?mode=async", JsonContent.Create(new { pattern_id = "t_sleep" }), Token);
        Assert.True(started.StatusCode == HttpStatusCode.Accepted, await started.Content.ReadAsStringAsync(Token));
        return started.Headers.Location!.OriginalString;
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpClient user, string path) => user.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
}
