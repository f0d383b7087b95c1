namespace DawsOS.Demo;

public sealed class DemoChannelsTests
{
    private static readonly AlertAnswer Alert = new(Guid.Parse("019c0000-0000-7000-8000-000000000001"), "n", "armed", null);

    [Theory]
    [InlineData("permanent", "dead", "null", "The mail of 'n' is not waiting for a retry in about five minutes, but permanent and dead.")]
    [InlineData("retryable", "pending", "\"2026-03-02T10:00:00Z\"", "The mail of 'n' is not waiting for a retry in about five minutes, but retryable and pending.")]
    public async Task A_dead_letter_that_is_not_tried_again_soon_is_a_failure(string @class, string status, string next, string sentence) => Assert.Equal(
        sentence,
        await FailAsync($$"""{"items":[{"alert_id":"{{Alert.Id}}","channel":"email","class":"{{@class}}","error_message":"e","status":"{{status}}","created_at":"2026-03-02T09:00:00Z","next_attempt_at":{{next}}}]}"""));

    [Fact]
    public async Task A_dead_letter_that_never_comes_is_a_failure() =>
        Assert.Equal("GET /v1/alerts/dlq did not show the mail of 'n' within 30 s.", await FailAsync("""{"items":[]}"""));

    private static async Task<string> FailAsync(string dlq)
    {
        var notifications = $$"""{"notifications":[{"alert_id":"{{Alert.Id}}","message":"m","created_at":"2026-03-02T09:00:00Z"}],"total":1}""";
        using var http = new HttpClient(new CannedAnswers([(200, notifications), (200, dlq)])) { BaseAddress = new Uri("http://127.0.0.1") };
        var clock = new HurriedClock();
        var channels = new DemoChannels(new DemoClient(http, TextWriter.Null, clock), sink: null, clock);
        return (await Assert.ThrowsAsync<DemoFailedException>(() => channels.InappOnlyAsync(Alert, clock.GetTimestamp(), TestContext.Current.CancellationToken))).Message;
    }
}
