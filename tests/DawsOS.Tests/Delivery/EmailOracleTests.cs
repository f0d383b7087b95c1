using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Delivery;

/// <summary>What a mail server and a mail reader that we did not write make of our mail.</summary>
public sealed class EmailOracleTests
{
    private static readonly DateTimeOffset FiredAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Aiosmtpd_receives_what_was_meant_and_nothing_more()
    {
        await using var oracle = await MailOracle.StartAsync();
        var options = new EmailOptions { Host = "127.0.0.1", Port = oracle.Port, From = "Dåws Ös <alerts@dawsos.test>", Security = SmtpSecurity.None };
        using var connections = new SmtpConnections(options, TimeProvider.System);
        var sender = new EmailSender(options, connections);
        var mail = new OutgoingEmail(
            Guid.CreateVersion7(FiredAt), "user@example.test", "DawsOS Alert: <b>Zürich</b> 東京\r\nBcc: x@y", "<b>über</b> & 30 €\n.\n..dots\n<script>x</script>", FiredAt);

        Assert.Equal(SendResult.Delivered, await sender.SendAsync(mail, TestContext.Current.CancellationToken));

        var received = await oracle.ReadAsync();
        Assert.Equal("alerts@dawsos.test", received.GetProperty("sender").GetString());
        Assert.Equal(["user@example.test"], received.GetProperty("recipients").EnumerateArray().Select(to => to.GetString()));
        Assert.Empty(received.GetProperty("defects").EnumerateArray());
        var headers = Headers(received);
        Assert.Equal(
            ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to", "x-dawsos-delivery"],
            headers.Select(header => header.Key.ToLowerInvariant()).Where(name => name != "x-peer").Order(StringComparer.Ordinal));
        Assert.Equal("DawsOS Alert: <b>Zürich</b> 東京  Bcc: x@y", headers["Subject"]);
        Assert.Equal("Dåws Ös <alerts@dawsos.test>", headers["From"]);
        Assert.Equal("user@example.test", headers["To"]);
        Assert.Equal("Mon, 02 Mar 2026 09:00:00 +0000", headers["Date"]);
        Assert.Equal($"<{mail.DeliveryId:N}@dawsos.test>", headers["Message-Id"]);
        Assert.Equal(("auto-generated", $"{mail.DeliveryId:D}"), (headers["Auto-Submitted"], headers["X-DawsOS-Delivery"]));
        Assert.StartsWith("multipart/alternative", headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("\n\n<b>über</b> & 30 €\n.\n..dots\n<script>x</script>\n\n-- \n", Text(received, "plain"), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", Text(received, "html"), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", Text(received, "html"), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", Text(received, "html"), StringComparison.Ordinal);
        Assert.All(["plain", "html"], part => Assert.Contains("managed in DawsOS", Text(received, part), StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Headers(JsonElement mail) => mail.GetProperty("headers").EnumerateArray()
        .ToDictionary(header => header[0].GetString()!, header => header[1].GetString()!, StringComparer.OrdinalIgnoreCase);

    private static string Text(JsonElement mail, string part) => mail.GetProperty(part).GetString()!.ReplaceLineEndings("\n");
}
