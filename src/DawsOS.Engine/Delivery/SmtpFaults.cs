using System.Globalization;
using System.Net.Sockets;

using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace DawsOS.Delivery;

/// <summary>Says by what went wrong between us and a mail server what follows from it (delivery.md §4), pure.</summary>
internal static class SmtpFaults
{
    private const int MaxErrorLength = 300;

    /// <param name="fault">What was thrown.</param>
    /// <param name="connecting">No connection was there yet, so what the server said is not about the message.</param>
    /// <param name="contentBegun">Part of the message was handed over already, so it may have arrived if nobody said otherwise.</param>
    /// <returns>Null for what is no fault of server, network or settings.</returns>
    public static SendResult? Classify(Exception fault, bool connecting, bool contentBegun) => fault switch
    {
        SmtpCommandException { StatusCode: var code } reply => new SendResult(OfReply((int)code, connecting), Sentence($"The mail server said {(int)code}: {reply.Message}")),
        AuthenticationException refused => new SendResult(
            refused.Message.StartsWith('4') ? SendClass.Retryable : SendClass.Misconfigured, Sentence($"The mail server refused the sign-in: {refused.Message}")),
        ServiceNotAuthenticatedException => new SendResult(SendClass.Misconfigured, Sentence($"The mail server wants a sign-in: {fault.Message}")),
        SslHandshakeException tls => new SendResult(
            tls.ServerCertificate is not null || tls.InnerException is System.Security.Authentication.AuthenticationException ? SendClass.Misconfigured : SendClass.Retryable,
            Sentence(tls.ServerCertificate is not null ? "The mail server's certificate is not trusted or has another name." : "No TLS with the mail server came about.")),
        NotSupportedException unsupported => new SendResult(SendClass.Misconfigured, Sentence($"The mail server does not offer what the settings demand: {unsupported.Message}")),
        OperationCanceledException or TimeoutException => Lost(contentBegun, "The mail server did not answer in time."),
        SocketException or IOException or ProtocolException or ServiceNotConnectedException => Lost(contentBegun, $"The connection to the mail server was lost: {fault.Message}"),
        _ => null,
    };

    private static SendClass OfReply(int code, bool connecting) => code switch
    {
        530 or 534 or 535 => SendClass.Misconfigured,
        >= 500 when !connecting => SendClass.Permanent,
        _ => SendClass.Retryable,
    };

    private static SendResult Lost(bool contentBegun, string error) => new(contentBegun ? SendClass.Uncertain : SendClass.Retryable, Sentence(error));

    // Servers say what they like; one clean line of it is kept.
    private static string Sentence(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= MaxErrorLength ? line : string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, MaxErrorLength - 1)}…");
    }
}
