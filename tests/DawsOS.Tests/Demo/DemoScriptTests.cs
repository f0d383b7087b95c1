using System.Net;
using System.Text;

using Microsoft.Extensions.Time.Testing;

namespace DawsOS.Demo;

public sealed class DemoScriptTests
{
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
        await FailAsync(
            (200, """{"access_token":"t","user":{"email":"a@b","role":"ADMIN"}}"""),
            (200, """{"series":[{"series_id":"VIXCLS","inserted":1}],"alerts_fired":0}"""),
            (200, """{"series":[{"series_id":"DGS10","inserted":1}],"alerts_fired":0}"""),
            (200, """{"series":[{"series_id":"UNRATE","inserted":1}],"alerts_fired":0}"""),
            (201, """{"id":"019c0000-0000-7000-8000-000000000001","name":"n","state":"armed","last_fired_at":null}"""),
            (200, """{"inserted":1,"alerts_fired":0}""")));

    // The last answer is given to every later request too.
    private static async Task<string> FailAsync(params (int Status, string Body)[] answers)
    {
        using var http = new HttpClient(new Canned(answers)) { BaseAddress = new Uri("http://127.0.0.1") };
        var script = new DemoScript(http, TextWriter.Null, new FakeTimeProvider());
        return (await Assert.ThrowsAsync<DemoFailedException>(() => script.RunAsync("a@b", "p", TestContext.Current.CancellationToken))).Message;
    }

    private sealed class Canned((int Status, string Body)[] answers) : HttpMessageHandler
    {
        private int _next;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (status, body) = answers[Math.Min(_next++, answers.Length - 1)];
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        }
    }
}
