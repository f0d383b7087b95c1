using System.Globalization;

using MimeKit;

namespace DawsOS.Demo;

/// <summary>Looks where a firing arrived: notifications, mail server, ledger, dead-letter queue. Every wait has a limit.</summary>
/// <param name="client">Signed in as the alert's user, who is ADMIN too.</param>
/// <param name="sink">Null = a real mail server; then the ledger's word counts.</param>
/// <param name="clock">For latencies and limits.</param>
internal sealed class DemoChannels(DemoClient client, MailSink? sink, TimeProvider clock)
{
    // ALERT_RETRY_MINUTES begins with 5, made up to 10 % shorter or longer.
    private static readonly TimeSpan EarliestRetry = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LatestRetry = TimeSpan.FromMinutes(6);

    /// <summary>A firing that reaches the user both ways.</summary>
    /// <param name="alert">Has fired.</param>
    /// <param name="sent">When its observation was sent.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<DemoFiring> BothAsync(AlertAnswer alert, long sent, CancellationToken cancellationToken)
    {
        // Waited for from now on, so that reading the notification does not count.
        var arriving = sink is null ? null : ArriveAsync(sink, sent, cancellationToken);
        var (message, inapp) = await NotificationAsync(alert, sent, cancellationToken);
        var arrived = arriving is null ? null : await arriving;
        foreach (var line in arrived is var (mail, _) ? DemoMail.Lines(mail) : [])
        {
            client.Print("mail", line);
        }
        var delivery = await DeliveredAsync(alert, cancellationToken);
        var ledger = clock.GetElapsedTime(sent);
        if (arrived is not null && arrived.Value.Mail.MessageId?.StartsWith($"{delivery.Id:N}@", StringComparison.Ordinal) is not true)
        {
            throw new DemoFailedException($"The mail that arrived is not that of delivery {delivery.Id}.");
        }
        return new DemoFiring(alert.Name, await FiredAtAsync(alert, cancellationToken), message, inapp, arrived?.Latency ?? ledger, null);
    }

    /// <summary>A firing whose mail has nowhere to go: the notification is there at once, the mail in the dead-letter queue with its next attempt.</summary>
    /// <param name="alert">Has fired.</param>
    /// <param name="sent">When its observation was sent.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<DemoFiring> InappOnlyAsync(AlertAnswer alert, long sent, CancellationToken cancellationToken)
    {
        var (message, inapp) = await NotificationAsync(alert, sent, cancellationToken);
        var entry = await client.FindAsync<DlqAnswer, DeadLetter>(
            "dead letter", "/v1/alerts/dlq", $"the mail of '{alert.Name}'",
            answer => answer.Items.FirstOrDefault(found => found.AlertId == alert.Id && found.Channel == "email"),
            found => $"{found.Class}, {found.Status}: {found.ErrorMessage}", cancellationToken);
        if (entry is not { Class: "retryable", Status: "pending", NextAttemptAt: { } next }
            || next - entry.CreatedAt < EarliestRetry || next - entry.CreatedAt > LatestRetry)
        {
            throw new DemoFailedException($"The mail of '{alert.Name}' is not waiting for a retry in about five minutes, but {entry.Class} and {entry.Status}.");
        }
        client.Print("retry", string.Create(
            CultureInfo.InvariantCulture, $"next_attempt_at {next.UtcDateTime:HH:mm:ss} UTC, {(next - entry.CreatedAt).TotalMinutes:0.0} minutes after the failed attempt"));
        return new DemoFiring(alert.Name, await FiredAtAsync(alert, cancellationToken), message, inapp, null, next);
    }

    private async Task<(string Message, TimeSpan Latency)> NotificationAsync(AlertAnswer alert, long sent, CancellationToken cancellationToken)
    {
        // No wait: the notification was committed together with the observation, before that was answered.
        var read = await client.GetAsync<NotificationsAnswer>(
            "notification", "/v1/notifications",
            answer => answer.Notifications.FirstOrDefault(found => found.AlertId == alert.Id)?.Message ?? "none of this alert", cancellationToken);
        var latency = clock.GetElapsedTime(sent);
        return read.Notifications.FirstOrDefault(found => found.AlertId == alert.Id) is { } notification
            ? (notification.Message, latency)
            : throw new DemoFailedException("The alert fired, but GET /v1/notifications does not have its notification.");
    }

    private async Task<(MimeMessage Mail, TimeSpan Latency)?> ArriveAsync(MailSink server, long sent, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(DemoClient.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var mail = await server.NextAsync(either.Token);
            return (mail, clock.GetElapsedTime(sent));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoFailedException(FormattableString.Invariant($"The mail server got no mail within {DemoClient.Patience.TotalSeconds} s."));
        }
    }

    // The mail server has it a moment before the ledger knows.
    private async Task<Delivery> DeliveredAsync(AlertAnswer alert, CancellationToken cancellationToken)
    {
        var delivery = await client.FindAsync<DeliveriesAnswer, Delivery>(
            "delivery", "/v1/deliveries?channel=email", $"how the mail of '{alert.Name}' ended",
            answer => answer.Items.FirstOrDefault(found => found.AlertId == alert.Id && found.Status != "pending"),
            found => $"{found.Status} at attempt {found.Attempts.Count}", cancellationToken);
        return delivery.Status == "delivered"
            ? delivery
            : throw new DemoFailedException($"The mail is {delivery.Status}: {(delivery.Attempts is [.., var last] ? last.Error : null) ?? "no reason is known."}");
    }

    private async Task<DateTimeOffset> FiredAtAsync(AlertAnswer alert, CancellationToken cancellationToken)
    {
        var after = await client.GetAsync<AlertAnswer>("alert", $"/v1/alerts/{alert.Id}", answer => $"'{answer.Name}' is {answer.State}", cancellationToken);
        return after.LastFiredAt ?? throw new DemoFailedException($"'{alert.Name}' fired, but GET /v1/alerts/{alert.Id} does not say when.");
    }
}
