using System.Globalization;
using System.Net;
using System.Text;

using MimeKit;

namespace DawsOS.Delivery;

/// <summary>Makes the mail of a delivery, pure: the same delivery is always the same mail, Message-ID included.</summary>
internal static class EmailMessage
{
    private const string Footer = "This message was sent by DawsOS because an alert of yours fired. Alerts and channels are managed in DawsOS; replies are not read.";

    /// <param name="mail">What is to be said, and to whom.</param>
    /// <param name="from">The sender, whose domain names the Message-ID.</param>
    public static MimeMessage Of(OutgoingEmail mail, MailboxAddress from)
    {
        var subject = Clean(mail.Subject, isOneLine: true).Trim();
        var text = Clean(mail.Message.ReplaceLineEndings("\n"), isOneLine: false);
        var body = new BodyBuilder
        {
            TextBody = $"{subject}\n\n{text}\n\n-- \n{Footer}\n",
            HtmlBody = $"""
                <!DOCTYPE html>
                <html lang="en"><body>
                <h1 style="font-size:1.2em">{Html(subject)}</h1>
                <p style="white-space:pre-line">{Html(text)}</p>
                <hr><p style="font-size:0.8em">{Html(Footer)}</p>
                </body></html>
                """,
        }.ToMessageBody();
        // It would be random. Nobody knows the id before the alert has fired, so no text can contain it.
        ((Multipart)body).Boundary = $"=-{mail.DeliveryId:N}";
        var message = new MimeMessage
        {
            Subject = subject,
            Date = mail.FiredAt,
            MessageId = $"{mail.DeliveryId:N}@{new IdnMapping().GetAscii(from.Domain)}",
            Body = body,
        };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(mail.To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-DawsOS-Delivery", mail.DeliveryId.ToString("D"));
        return message;
    }

    // A header ends at a line break, so a text of the user's must not bring one; other control characters are good for nothing in a mail.
    private static string Clean(string text, bool isOneLine)
    {
        var clean = new StringBuilder(text.Length);
        // By runes, so that half a surrogate pair becomes U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            var isBreak = rune.Value is '\n' or '\t';
            var isControl = Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029;
            clean.Append(isControl && (isOneLine || !isBreak) ? " " : rune.ToString());
        }
        return clean.ToString();
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
