namespace DawsOS.Delivery;

/// <summary>Channel gates and a user's days, alone.</summary>
public sealed class ChannelRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly LocalDay Day = LocalDay.Of(Now, TimeZoneInfo.Utc);

    [Theory]
    [InlineData("inapp", null, "delivered", null)]
    [InlineData("inapp", "not_configured", "delivered", null)]
    [InlineData("email", null, "pending", null)]
    [InlineData("email", "not_configured", "unavailable", "not_configured")]
    public void Availability_makes_the_status_and_unavailable_is_accepted(string channel, string? fault, string status, string? reason)
    {
        var verdict = ChannelRules.Judge(channel, fault, default, Day);

        Assert.Equal((status, reason, true), (verdict.Status, verdict.Reason, verdict.IsAccepted));
    }

    [Fact]
    public void Content_is_asked_before_the_day_and_both_must_pass()
    {
        var both = ChannelRules.Judge("inapp", null, new ChannelFacts(Now.AddHours(-8), AcceptedToday: true), Day);
        var day = ChannelRules.Judge("inapp", null, new ChannelFacts(null, AcceptedToday: true), Day);

        Assert.Equal((ChannelRules.Content, Now.AddHours(16)), (both.Reason, both.PassesAt));
        Assert.Equal((ChannelRules.DailyCap, Day.End), (day.Reason, day.PassesAt));
    }

    [Theory]
    [InlineData(false, true, "a@b.test", "not_configured")]
    [InlineData(true, false, "a@b.test", "channel_disabled")]
    [InlineData(true, true, "", "no_address")]
    [InlineData(true, true, "a@b.test", null)]
    public void Email_says_what_it_lacks(bool configured, bool enabled, string address, string? fault) =>
        Assert.Equal(fault, ChannelRules.EmailFault(configured, new UserChannels { EmailEnabled = enabled, EmailAddress = address }));

    // Instants and days computed by hand from the zones' rules.
    [Theory]
    [InlineData("2026-03-02T04:59:59Z", "America/New_York", "2026-03-01", "2026-03-01T05:00:00Z", "2026-03-02T05:00:00Z")]
    [InlineData("2026-03-08T12:00:00Z", "America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")]
    [InlineData("2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("2026-03-02T23:30:00Z", "Asia/Kathmandu", "2026-03-03", "2026-03-02T18:15:00Z", "2026-03-03T18:15:00Z")]
    [InlineData("2026-03-28T23:00:00Z", "Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z")]
    [InlineData("2026-03-02T09:00:00Z", "UTC", "2026-03-02", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")]
    public void A_day_begins_and_ends_where_the_user_lives(string now, string zone, string date, string start, string end)
    {
        var day = LocalDay.Of(Instant(now), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(new LocalDay(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture), Instant(start), Instant(end)), day);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
