using MailKit;
using MailKit.Net.Smtp;

using MimeKit;

namespace DawsOS.Delivery;

/// <summary>A delivery as it goes to the mail server.</summary>
/// <param name="DeliveryId">Makes the Message-ID, the same at every try.</param>
/// <param name="To">The address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Message">What happened.</param>
/// <param name="FiredAt">When, UTC.</param>
internal sealed record OutgoingEmail(Guid DeliveryId, string To, string Subject, string Message, DateTimeOffset FiredAt);

/// <summary>Sends mail by SMTP, over connections that are kept.</summary>
internal sealed class EmailSender(EmailOptions options, SmtpConnections connections)
{
    /// <summary>
    /// Never throws for what the mail server or the network does. The token ends it as <see cref="SendClass.Retryable"/>, or as
    /// <see cref="SendClass.Uncertain"/> once the message was begun.
    /// </summary>
    public async Task<SendResult> SendAsync(OutgoingEmail mail, CancellationToken cancellationToken)
    {
        if (!options.IsConfigured)
        {
            return new SendResult(SendClass.Misconfigured, "No mail server is configured (SMTP_HOST and SMTP_FROM).");
        }
        if (EmailAddresses.Fault(mail.To) is not null)
        {
            return new SendResult(SendClass.Permanent, "The user's address is none that mail can be sent to.");
        }
        var message = EmailMessage.Of(mail, MailboxAddress.Parse(options.From!));
        while (true)
        {
            var progress = new Progress();
            SmtpClient? client = null;
            var isReused = false;
            try
            {
                (client, isReused) = await connections.RentAsync(cancellationToken);
                await client.SendAsync(message, cancellationToken, progress);
                connections.Return(client);
                return SendResult.Delivered;
            }
            catch (Exception e) when (SmtpFaults.Classify(e, client is null, progress.HasBegun, options.Secrets.Add(mail.To)) is { } fault)
            {
                var isOver = IsOver(e, client);
                GiveBack(client, isOver);
                // The server may have closed a connection that rested; that is no failed attempt.
                if (isReused && isOver && fault.Class == SendClass.Retryable && !progress.HasBegun && !cancellationToken.IsCancellationRequested)
                {
                    continue;
                }
                return fault;
            }
            catch
            {
                GiveBack(client, isOver: true);
                throw;
            }
        }
    }

    // After any other reply the server goes on: it said no to this message, and the connection is good for the next.
    private static bool IsOver(Exception fault, SmtpClient? client) =>
        fault is not SmtpCommandException { StatusCode: not SmtpStatusCode.ServiceNotAvailable } || client is not { IsConnected: true };

    private void GiveBack(SmtpClient? client, bool isOver)
    {
        if (client is null)
        {
            return;
        }
        if (isOver)
        {
            connections.Drop(client);
        }
        else
        {
            connections.Return(client);
        }
    }

    // From its first report on the server may have the whole message.
    private sealed class Progress : ITransferProgress
    {
        public bool HasBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => HasBegun = true;

        public void Report(long bytesTransferred) => HasBegun = true;
    }
}
