using DawsOS.Demo;

using Microsoft.Extensions.Time.Testing;

namespace DawsOS.Delivery;

/// <summary>Connections are kept, never too many, and one that died while it rested is nobody's failure.</summary>
public sealed class SmtpConnectionsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly MailSink _sink = new();
    private SmtpConnections _connections = null!;
    private EmailSender _sender = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        var options = new EmailOptions { Host = "127.0.0.1", Port = _sink.Port, From = "alerts@dawsos.test", Security = SmtpSecurity.None, Slots = 3 };
        _connections = new SmtpConnections(options, _clock);
        _sender = new EmailSender(options, _connections);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _connections.Dispose();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task Mails_one_after_the_other_need_one_connection()
    {
        for (var i = 0; i < 5; i++)
        {
            await SendAsync();
        }

        Assert.Equal((1, 1), (_sink.Connections, _connections.Resting));
        Assert.Equal(5, (await _sink.ReceivedAsync(5, Token)).Count);
    }

    [Fact]
    public async Task Mails_at_the_same_time_need_no_more_connections_than_slots()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => SendAsync()));

        Assert.Equal(40, _sink.Received.Select(mail => mail.MessageId).Distinct().Count());
        Assert.InRange(_sink.Connections, 1, 3);
        Assert.Equal(_sink.Connections, _connections.Resting);
    }

    [Theory]
    [InlineData("451 later")]
    [InlineData("550 no such user")]
    public async Task A_connection_goes_on_after_a_refusal(string reply)
    {
        _sink.Fault = at => at == SinkStage.Recipient ? new SinkFault(reply) : null;
        await _sender.SendAsync(Mail(), Token);
        _sink.Fault = _ => null;
        await SendAsync();

        Assert.Equal(1, _sink.Connections);
    }

    [Fact]
    public async Task One_that_rested_for_a_minute_is_closed_by_itself()
    {
        await SendAsync();

        _clock.Advance(SmtpConnections.LongestRest - TimeSpan.FromTicks(1));
        Assert.Equal(1, _connections.Resting);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, _connections.Resting);
        await SendAsync();
        Assert.Equal(2, _sink.Connections);
    }

    [Fact]
    public async Task One_that_the_server_closed_is_replaced_within_the_attempt()
    {
        await SendAsync();
        await _sink.StopAsync();
        _sink.Start();

        await SendAsync();

        Assert.Equal(2, _sink.Connections);
    }

    [Fact]
    public async Task One_that_the_server_takes_leave_of_is_replaced_within_the_attempt()
    {
        await SendAsync();
        var left = 1;
        _sink.Fault = at => at == SinkStage.Sender && left-- > 0 ? new SinkFault("421 idle for too long") : null;

        await SendAsync();

        Assert.Equal((2, 2), (_sink.Connections, _sink.Received.Count));
    }

    [Fact]
    public async Task A_refusal_on_one_that_rested_is_a_failed_attempt()
    {
        await SendAsync();
        _sink.Fault = at => at == SinkStage.Recipient ? new SinkFault("451 later") : null;

        Assert.Equal(SendClass.Retryable, (await _sender.SendAsync(Mail(), Token)).Class);
        Assert.Equal(1, _sink.Connections);
    }

    [Fact]
    public async Task Failures_give_their_places_back()
    {
        _sink.Fault = at => at == SinkStage.Content ? SinkFault.Drop : null;
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(SendClass.Uncertain, (await _sender.SendAsync(Mail(), Token)).Class);
        }
        await _sink.StopAsync();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(SendClass.Retryable, (await _sender.SendAsync(Mail(), Token)).Class);
        }
        _sink.Fault = _ => null;
        _sink.Start();

        await SendAsync();
    }

    [Fact]
    public async Task After_the_stop_none_is_kept()
    {
        await SendAsync();
        _connections.Dispose();
        Assert.Equal(0, _connections.Resting);

        await SendAsync();

        Assert.Equal(0, _connections.Resting);
    }

    private static OutgoingEmail Mail() => new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), "user@example.test", "Subject", "Message", DateTimeOffset.UnixEpoch);

    private async Task SendAsync() => Assert.Equal(SendResult.Delivered, await _sender.SendAsync(Mail(), Token));
}
