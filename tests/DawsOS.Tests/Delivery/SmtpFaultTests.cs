using System.Net.Sockets;

using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace DawsOS.Delivery;

/// <summary>The table of delivery.md §4, row by row: what was thrown, how far it had come, what follows.</summary>
public sealed class SmtpFaultTests
{
    private const bool Connecting = true;
    private const bool Begun = true;

    public static TheoryData<string, bool, bool, object> Table => new()
    {
        { "refused", Connecting, !Begun, SendClass.Retryable },
        { "dns", Connecting, !Begun, SendClass.Retryable },
        { "timeout", Connecting, !Begun, SendClass.Retryable },
        { "cancelled", Connecting, !Begun, SendClass.Retryable },
        { "protocol", Connecting, !Begun, SendClass.Retryable },
        { "421", Connecting, !Begun, SendClass.Retryable },
        { "554", Connecting, !Begun, SendClass.Retryable },
        { "530", Connecting, !Begun, SendClass.Misconfigured },
        { "certificate", Connecting, !Begun, SendClass.Misconfigured },
        { "handshake lost", Connecting, !Begun, SendClass.Retryable },
        { "no starttls", Connecting, !Begun, SendClass.Misconfigured },
        { "sign-in 535", Connecting, !Begun, SendClass.Misconfigured },
        { "sign-in 534", Connecting, !Begun, SendClass.Misconfigured },
        { "sign-in 454", Connecting, !Begun, SendClass.Retryable },
        { "421", !Connecting, !Begun, SendClass.Retryable },
        { "450", !Connecting, !Begun, SendClass.Retryable },
        { "452", !Connecting, !Begun, SendClass.Retryable },
        { "500", !Connecting, !Begun, SendClass.Permanent },
        { "550", !Connecting, !Begun, SendClass.Permanent },
        { "554", !Connecting, !Begun, SendClass.Permanent },
        { "530", !Connecting, !Begun, SendClass.Misconfigured },
        { "534", !Connecting, !Begun, SendClass.Misconfigured },
        { "535", !Connecting, !Begun, SendClass.Misconfigured },
        { "not signed in", !Connecting, !Begun, SendClass.Misconfigured },
        { "no smtputf8", !Connecting, !Begun, SendClass.Permanent },
        { "lost", !Connecting, !Begun, SendClass.Retryable },
        { "protocol", !Connecting, !Begun, SendClass.Retryable },
        { "cancelled", !Connecting, !Begun, SendClass.Retryable },
        { "not connected", !Connecting, !Begun, SendClass.Retryable },
        { "451", !Connecting, Begun, SendClass.Retryable },
        { "554", !Connecting, Begun, SendClass.Permanent },
        { "lost", !Connecting, Begun, SendClass.Uncertain },
        { "refused", !Connecting, Begun, SendClass.Uncertain },
        { "protocol", !Connecting, Begun, SendClass.Uncertain },
        { "timeout", !Connecting, Begun, SendClass.Uncertain },
        { "cancelled", !Connecting, Begun, SendClass.Uncertain },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_was_thrown_and_how_far_it_had_come_say_what_follows(string fault, bool connecting, bool begun, object expected)
    {
        var result = SmtpFaults.Classify(Thrown(fault), connecting, begun, []);

        Assert.Equal(expected, result!.Class);
        Assert.NotEmpty(result.Error!);
    }

    [Fact]
    public void A_fault_of_ours_is_none_of_these() => Assert.Null(SmtpFaults.Classify(new InvalidOperationException("a bug"), false, true, []));

    [Fact]
    public void The_sentence_is_one_line_with_the_code_and_no_secret()
    {
        var error = Error("five\r\n\tlines\0\u001b[31m of hunter2 hunter2", ["hunter2"]);

        Assert.Equal("The mail server said 550: five   lines  [31m of *** ***", error);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("😀")]
    [InlineData(" 😀")]
    public void The_sentence_has_at_most_300_characters_and_no_half_of_one(string text)
    {
        var error = Error(string.Concat(Enumerable.Repeat(text, 400)), []);

        Assert.InRange(error.Length, 298, 300);
        Assert.EndsWith("…", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', error.EnumerateRunes().Select(rune => (char)rune.Value));
    }

    private static string Error(string said, string[] secrets) =>
        SmtpFaults.Classify(Reply(550, said), false, false, [.. secrets])!.Error!;

    private static SmtpCommandException Reply(int code, string said) => new(SmtpErrorCode.UnexpectedStatusCode, (SmtpStatusCode)code, said);

    private static Exception Thrown(string fault) => fault switch
    {
        "refused" => new SocketException((int)SocketError.ConnectionRefused),
        "dns" => new SocketException((int)SocketError.HostNotFound),
        "timeout" => new TimeoutException("slow"),
        "cancelled" => new TaskCanceledException("over"),
        "protocol" => new SmtpProtocolException("nonsense"),
        "lost" => new IOException("reset by peer"),
        "not connected" => new ServiceNotConnectedException("gone"),
        "not signed in" => new ServiceNotAuthenticatedException("sign in first"),
        "certificate" => new SslHandshakeException("no", new System.Security.Authentication.AuthenticationException("untrusted")),
        "handshake lost" => new SslHandshakeException("no", new IOException("reset by peer")),
        "no starttls" or "no smtputf8" => new NotSupportedException("not offered"),
        _ when fault.StartsWith("sign-in ", StringComparison.Ordinal) => new AuthenticationException($"{fault[8..]}: no"),
        _ => Reply(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "said so"),
    };
}
