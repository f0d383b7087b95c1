using System.Buffers.Binary;
using System.Collections.Immutable;

namespace DawsOS.Delivery;

/// <summary>When a failed delivery is tried again.</summary>
internal sealed record RetryOptions
{
    /// <summary>From the end of the attempt before; as many retries as entries.</summary>
    public ImmutableArray<TimeSpan> Schedule { get; init; } =
        [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(12), TimeSpan.FromHours(24)];

    /// <summary>Each interval is made up to 10 % shorter or longer, so that what failed together does not come back together.</summary>
    public bool Jitter { get; init; } = true;
}

/// <summary>What an ended attempt makes of its delivery and of its place in the dead-letter queue.</summary>
/// <param name="Status">Of the delivery.</param>
/// <param name="Reason">Why it is dead or unavailable; else null.</param>
/// <param name="AttemptOutcome">delivered, failed or uncertain.</param>
/// <param name="RetryCount">Retries that have failed.</param>
/// <param name="NextAttemptAt">Null = none is to come.</param>
internal sealed record AttemptEnd(string Status, string? Reason, string AttemptOutcome, int RetryCount, DateTimeOffset? NextAttemptAt)
{
    /// <summary>Of the entry in the dead-letter queue, where there is one.</summary>
    public string DlqStatus => Status switch
    {
        DeliveryStatus.Delivered => DlqRow.Resolved,
        DeliveryStatus.Retrying => DlqRow.Pending,
        _ => DlqRow.Dead,
    };
}

/// <summary>Decides what follows an attempt (delivery.md §4), pure.</summary>
internal static class RetryRules
{
    public const string Exhausted = "exhausted";
    public const string AlertGone = "alert_gone";
    public const string LeaseExpired = "The sender did not record an outcome before its lease ended; the message may have arrived.";
    private const double JitterShare = 0.1;

    /// <param name="delivery">As it was claimed.</param>
    /// <param name="result">What the attempt came to.</param>
    /// <param name="endedAt">Where the next interval begins.</param>
    /// <param name="options">Schedule and jitter.</param>
    public static AttemptEnd After(ClaimedDelivery delivery, SendResult result, DateTimeOffset endedAt, RetryOptions options)
    {
        var failed = FailedRetries(delivery);
        return result.Class switch
        {
            SendClass.Delivered => new AttemptEnd(DeliveryStatus.Delivered, null, "delivered", delivery.RetryCount, null),
            SendClass.Permanent => new AttemptEnd(DeliveryStatus.Dead, "permanent", "failed", failed, null),
            SendClass.Misconfigured => new AttemptEnd(DeliveryStatus.Unavailable, "misconfigured", "failed", failed, null),
            var other => Again(delivery, failed, other == SendClass.Uncertain ? "uncertain" : "failed", endedAt, immediately: false, options),
        };
    }

    /// <summary>What an expired lease makes of it: the attempt is uncertain, and its repeat is due at once.</summary>
    public static AttemptEnd AfterLostLease(ClaimedDelivery delivery, DateTimeOffset now, RetryOptions options) =>
        Again(delivery, FailedRetries(delivery), "uncertain", now, immediately: true, options);

    /// <summary>Once for each delivery: not again when the extra attempt of a redrive fails too.</summary>
    public static bool TellsOperator(ClaimedDelivery delivery, AttemptEnd end) => end.Reason == Exhausted && !delivery.Final;

    /// <summary>The class under which a failure is listed.</summary>
    public static string Class(SendClass result) => result switch
    {
        SendClass.Permanent => "permanent",
        SendClass.Misconfigured => "misconfigured",
        SendClass.Uncertain => "uncertain",
        _ => "retryable",
    };

    private static AttemptEnd Again(
        ClaimedDelivery delivery, int failed, string outcome, DateTimeOffset endedAt, bool immediately, RetryOptions options)
    {
        if (delivery.Final || failed >= options.Schedule.Length)
        {
            return new AttemptEnd(DeliveryStatus.Dead, Exhausted, outcome, failed, null);
        }
        var wait = immediately ? TimeSpan.Zero : options.Schedule[failed];
        return new AttemptEnd(DeliveryStatus.Retrying, null, outcome, failed, endedAt + (options.Jitter ? wait * Jitter(delivery) : wait));
    }

    // The first attempt is no retry, and neither is the extra one of a redrive.
    private static int FailedRetries(ClaimedDelivery delivery) =>
        delivery.Attempts > 1 && !delivery.Final ? delivery.RetryCount + 1 : delivery.RetryCount;

    // Drawn from the id, so that the same attempt always has the same.
    private static double Jitter(ClaimedDelivery delivery)
    {
        Span<byte> id = stackalloc byte[16];
        delivery.Id.TryWriteBytes(id);
        var mixed = (BinaryPrimitives.ReadUInt64LittleEndian(id[8..]) + (uint)delivery.Attempts) * 0x9E3779B97F4A7C15;
        return 1 - JitterShare + (2 * JitterShare * ((mixed >> 11) / (double)(1UL << 53)));
    }
}
