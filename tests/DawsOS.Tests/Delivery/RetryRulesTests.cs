using System.Globalization;

namespace DawsOS.Delivery;

/// <summary>What follows an attempt, alone.</summary>
public sealed class RetryRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly RetryOptions Exact = new() { Jitter = false };

    [Fact]
    public void C27_Six_sends_at_the_stated_times_and_then_dead()
    {
        var (delivery, at, times) = (New(), Start, new List<string>());
        AttemptEnd end;
        do
        {
            times.Add((at - Start).ToString("d'.'hh':'mm", CultureInfo.InvariantCulture));
            delivery = delivery with { Attempts = delivery.Attempts + 1 };
            end = RetryRules.After(delivery, new SendResult(SendClass.Retryable, "451"), at, Exact);
            delivery = delivery with { RetryCount = end.RetryCount };
            at = end.NextAttemptAt ?? at;
        }
        while (end.NextAttemptAt is not null);

        Assert.Equal(["0.00:00", "0.00:05", "0.00:35", "0.02:35", "0.14:35", "1.14:35"], times);
        Assert.Equal((DeliveryStatus.Dead, RetryRules.Exhausted, 5, DlqRow.Dead), (end.Status, end.Reason, end.RetryCount, end.DlqStatus));
    }

    [Theory]
    [InlineData(SendClass.Delivered, "delivered", "delivered", "resolved")]
    [InlineData(SendClass.Retryable, "retrying", "failed", "pending")]
    [InlineData(SendClass.Uncertain, "retrying", "uncertain", "pending")]
    [InlineData(SendClass.Permanent, "dead", "failed", "dead")]
    [InlineData(SendClass.Misconfigured, "unavailable", "failed", "dead")]
    public void Every_class_has_its_end(object result, string status, string attempt, string dlq)
    {
        var end = RetryRules.After(New() with { Attempts = 1 }, new SendResult((SendClass)result, "x"), Start, Exact);

        Assert.Equal((status, attempt, dlq), (end.Status, end.AttemptOutcome, end.DlqStatus));
        Assert.Equal(status == "retrying", end.NextAttemptAt is not null);
        Assert.Equal(0, end.RetryCount);
    }

    [Fact]
    public void A_lost_lease_is_repeated_at_once_and_counts()
    {
        var first = RetryRules.AfterLostLease(New() with { Attempts = 1 }, Start, Exact);
        var last = RetryRules.AfterLostLease(New() with { Attempts = 6, RetryCount = 4 }, Start, Exact);

        Assert.Equal(("uncertain", Start, 0), (first.AttemptOutcome, first.NextAttemptAt, first.RetryCount));
        Assert.Equal((DeliveryStatus.Dead, RetryRules.Exhausted, 5), (last.Status, last.Reason, last.RetryCount));
    }

    [Fact]
    public void The_extra_attempt_of_a_redrive_ends_it_and_is_not_counted()
    {
        var end = RetryRules.After(New() with { Attempts = 7, RetryCount = 5, Final = true }, new SendResult(SendClass.Retryable, "451"), Start, Exact);

        Assert.Equal((DeliveryStatus.Dead, 5), (end.Status, end.RetryCount));
    }

    [Fact]
    public void Jitter_is_ten_percent_at_most_spread_and_the_same_for_the_same_attempt()
    {
        var waits = Enumerable.Range(0, 1000).Select(i => RetryRules.After(
            New() with { Id = Guid.CreateVersion7(Start.AddMilliseconds(i)), Attempts = 1 }, new SendResult(SendClass.Retryable, "x"), Start, new RetryOptions()).NextAttemptAt!.Value - Start).ToList();
        var one = New() with { Attempts = 1 };

        Assert.All(waits, wait => Assert.InRange(wait.TotalMinutes, 4.5, 5.5));
        Assert.InRange(waits.Average(wait => wait.TotalMinutes), 4.95, 5.05);
        Assert.Equal(
            RetryRules.After(one, new SendResult(SendClass.Retryable, "x"), Start, new RetryOptions()), RetryRules.After(one, new SendResult(SendClass.Retryable, "x"), Start, new RetryOptions()));
    }

    private static ClaimedDelivery New() => new() { Id = Guid.Parse("0198a000-0000-7000-8000-00000000abcd"), Channel = "email" };
}
