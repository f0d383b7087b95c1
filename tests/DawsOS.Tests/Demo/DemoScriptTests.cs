namespace DawsOS.Demo;

public sealed class DemoScriptTests
{
    private static readonly (int Status, string Body)[] Fired =
    [
        (200, """{"access_token":"t","user":{"email":"a@b","role":"ADMIN"}}"""),
        .. DemoData.SeriesIds.Select(id => (200, $$"""{"series":[{"series_id":"{{id}}","inserted":1}],"alerts_fired":0}""")),
        (201, """{"id":"019c0000-0000-7000-8000-000000000001","name":"n","state":"armed","last_fired_at":null}"""),
        (200, """{"inserted":1,"alerts_fired":1}"""),
        (200, """{"notifications":[{"alert_id":"019c0000-0000-7000-8000-000000000001","message":"m","created_at":"2026-03-02T09:00:00Z"}],"total":1}"""),
    ];

    [Fact]
    public async Task A_refused_step_names_its_route_its_status_and_the_detail()
    {
        var failed = await FailAsync((401, """{"type":"urn:dawsos:unauthorized","title":"Sign in","status":401,"detail":"Wrong email or password.","error":"unauthorized","request_id":"r","timestamp":"2026-03-02T09:00:00Z"}"""));

        Assert.Equal("POST /auth/login answered 401: Wrong email or password.", failed);
    }

    [Fact]
    public async Task A_refusal_that_is_no_problem_is_shown_as_it_is() =>
        Assert.Equal("POST /auth/login answered 502: bad gateway", await FailAsync((502, "bad gateway")));

    [Fact]
    public async Task An_answer_without_the_expected_members_stops_the_demo() =>
        Assert.StartsWith("POST /auth/login answered something else than the demo expects: ", await FailAsync((200, """{"token":"x"}""")), StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_firing_the_demo_fails() => Assert.Equal(
        "No observation above 30 fired the alert.",
        await FailAsync([.. Fired[..^2], (200, """{"inserted":1,"alerts_fired":0}""")]));

    [Fact]
    public async Task A_mail_that_fails_ends_the_demo_with_what_the_mail_server_said() => Assert.Equal(
        "The mail is retrying: The mail server said 451: later",
        await FailAsync([.. Fired, (200, """{"items":[{"id":"019c0000-0000-7000-8000-000000000002","alert_id":"019c0000-0000-7000-8000-000000000001","status":"retrying","attempts":[{"outcome":"failed","error":"The mail server said 451: later"}]}]}""")]));

    [Fact]
    public async Task A_mail_that_stays_on_its_way_is_not_waited_for_for_ever() => Assert.Equal(
        "GET /v1/deliveries?channel=email did not show how the mail of 'n' ended within 30 s.", await FailAsync([.. Fired, (200, """{"items":[]}""")]));

    [Fact]
    public async Task A_mail_server_that_gets_nothing_is_not_waited_for_for_ever()
    {
        await using var sink = new MailSink();

        Assert.Equal("The mail server got no mail within 30 s.", await FailAsync(sink, Fired));
    }

    // The last answer is given to every later request too.
    private static Task<string> FailAsync(params (int Status, string Body)[] answers) => FailAsync(null, answers);

    private static async Task<string> FailAsync(MailSink? sink, (int Status, string Body)[] answers)
    {
        using var http = new HttpClient(new CannedAnswers(answers)) { BaseAddress = new Uri("http://127.0.0.1") };
        var script = new DemoScript(http, sink, TextWriter.Null, new HurriedClock());
        return (await Assert.ThrowsAsync<DemoFailedException>(() => script.RunAsync("a@b", "p", TestContext.Current.CancellationToken))).Message;
    }
}
