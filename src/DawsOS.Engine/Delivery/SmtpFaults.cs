using System.Collections.Immutable;
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
    private const string NoTls = "No TLS with the mail server came about.";

    /// <param name="fault">What was thrown.</param>
    /// <param name="connecting">No connection was there yet, so what the server said is not about the message.</param>
    /// <param name="contentBegun">Part of the message was handed over already, so it may have arrived if nobody said otherwise.</param>
    /// <param name="secrets">What the sentence must not show, whatever the server said.</param>
    /// <returns>Null for what is no fault of server, network or settings.</returns>
    public static SendResult? Classify(Exception fault, bool connecting, bool contentBegun, ImmutableArray<string> secrets)
    {
        var (@class, sentence) = fault switch
        {
            SmtpCommandException { StatusCode: var code } reply => (OfReply((int)code, connecting), $"The mail server said {(int)code}: {reply.Message}"),
            AuthenticationException refused => (
                refused.Message.StartsWith('4') ? SendClass.Retryable : SendClass.Misconfigured, $"The mail server refused the sign-in: {refused.Message}"),
            ServiceNotAuthenticatedException => (SendClass.Misconfigured, $"The mail server wants a sign-in (530): {fault.Message}"),
            SslHandshakeException { ServerCertificate: not null } => (SendClass.Misconfigured, "The mail server's certificate is not trusted or has another name."),
            SslHandshakeException { InnerException: System.Security.Authentication.AuthenticationException } => (SendClass.Misconfigured, NoTls),
            SslHandshakeException => (SendClass.Retryable, NoTls),
            NotSupportedException when connecting => (SendClass.Misconfigured, $"The mail server does not offer what the settings demand: {fault.Message}"),
            // An address that is not ASCII, at a server without SMTPUTF8.
            NotSupportedException => (SendClass.Permanent, $"The mail server cannot take a mail to this address: {fault.Message}"),
            OperationCanceledException or TimeoutException => (Lost(contentBegun), "The mail server did not answer in time."),
            SocketException or IOException or ProtocolException or ServiceNotConnectedException => (
                Lost(contentBegun), connecting ? $"The mail server could not be reached: {fault.Message}" : $"The connection to the mail server was lost: {fault.Message}"),
            _ => (SendClass.Delivered, null),
        };
        return sentence is null ? null : new SendResult(@class, Clean(sentence, secrets));
    }

    private static SendClass OfReply(int code, bool connecting) => code switch
    {
        530 or 534 or 535 => SendClass.Misconfigured,
        >= 500 when !connecting => SendClass.Permanent,
        _ => SendClass.Retryable,
    };

    private static SendClass Lost(bool contentBegun) => contentBegun ? SendClass.Uncertain : SendClass.Retryable;

    // Servers say what they like; one clean line of it is kept.
    private static string Clean(string text, ImmutableArray<string> secrets)
    {
        var open = secrets.Aggregate(text, (said, secret) => said.Replace(secret, "***", StringComparison.OrdinalIgnoreCase));
        var line = string.Concat(open.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (line.Length <= MaxErrorLength)
        {
            return line;
        }
        // Half a surrogate pair could not be stored.
        var end = char.IsHighSurrogate(line[MaxErrorLength - 2]) ? MaxErrorLength - 2 : MaxErrorLength - 1;
        return string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, end)}…");
    }
}
