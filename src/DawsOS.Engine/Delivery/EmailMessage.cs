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
        var subject = OneLine(mail.Subject);
        var body = new BodyBuilder
        {
            TextBody = $"{subject}\n\n{mail.Message}\n\n-- \n{Footer}\n",
            HtmlBody = $"""
                <!DOCTYPE html>
                <html lang="en"><body>
                <h1 style="font-size:1.2em">{Html(subject)}</h1>
                <p style="white-space:pre-line">{Html(mail.Message)}</p>
                <hr><p style="font-size:0.8em">{Html(Footer)}</p>
                </body></html>
                """,
        };
        var message = new MimeMessage
        {
            Subject = subject,
            Date = mail.FiredAt,
            MessageId = $"{mail.DeliveryId:N}@{from.Domain}",
            Body = body.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(mail.To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-DawsOS-Delivery", mail.DeliveryId.ToString("D"));
        return message;
    }

    // A header ends at a line break, so a text of the user's must not bring one.
    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        }
        return line.ToString().Trim();
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
