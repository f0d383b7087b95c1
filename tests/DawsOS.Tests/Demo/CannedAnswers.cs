using System.Net;
using System.Text;

namespace DawsOS.Demo;

/// <summary>Answers requests in order, whatever they ask; the last answer is given to every later one too.</summary>
internal sealed class CannedAnswers((int Status, string Body)[] answers) : HttpMessageHandler
{
    private int _next;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (status, body) = answers[Math.Min(_next++, answers.Length - 1)];
        return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }
}

/// <summary>A clock on which a minute is 60 ms, so that a limit is reached without a wait.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private const int Speed = 1000;

    public override long TimestampFrequency => System.TimestampFrequency / Speed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Speed : dueTime, period);
}
