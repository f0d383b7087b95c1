using System.Text;

using MimeKit;

namespace DawsOS.Delivery;

/// <summary>What a mail looks like as bytes, whatever users write into their alerts.</summary>
public sealed class EmailMessageTests
{
    private static readonly Guid Id = Guid.Parse("0195d3c4-7a6e-7b10-8000-00000000a001");
    private static readonly DateTimeOffset FiredAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_says_who_when_and_that_no_human_wrote_it()
    {
        var mail = Read(Bytes(Mail("VIX über 30", "VIX is above 30")));

        Assert.Equal("VIX über 30", mail.Subject);
        Assert.Equal("\"Dåws\" <alerts@dawsos.test>", mail.From.ToString());
        Assert.Equal("user@example.test", mail.To.ToString());
        Assert.Equal(FiredAt, mail.Date);
        Assert.Equal($"{Id:N}@dawsos.test", mail.MessageId);
        Assert.Equal(("auto-generated", $"{Id:D}"), (mail.Headers["Auto-Submitted"], mail.Headers["X-DawsOS-Delivery"]));
        var body = Assert.IsType<MultipartAlternative>(mail.Body);
        Assert.Equal(["text/plain", "text/html"], body.Select(part => part.ContentType.MimeType));
        Assert.All([mail.TextBody, mail.HtmlBody], text => Assert.Contains("managed in DawsOS", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_delivery_is_the_same_mail_byte_for_byte() => Assert.Equal(Bytes(Mail("a", "ü")), Bytes(Mail("a", "ü")));

    [Theory]
    [InlineData("a\r\nBcc: x@y.test")]
    [InlineData("a\nBcc: x@y.test")]
    [InlineData("a\rBcc: x@y.test")]
    [InlineData("a\r\n\r\nBcc: x@y.test")]
    [InlineData("ü\r\nBcc: x@y.test")]
    [InlineData("a\u0085Bcc: x@y.test")]
    [InlineData("a\u2028Bcc: x@y.test")]
    [InlineData("a\0\u000b\u000cBcc: x@y.test")]
    [InlineData("=?utf-8?Q?a=0D=0ABcc:_x@y.test?=")]
    public void A_subject_brings_no_second_header(string subject)
    {
        var bytes = Bytes(Mail(subject, "b"));
        var mail = Read(bytes);

        Assert.Empty(mail.Bcc);
        Assert.Equal("user@example.test", Assert.Single(mail.GetRecipients()).Address);
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To", "X-DawsOS-Delivery"],
            mail.Headers.Concat(mail.Body!.Headers).Select(header => header.Field).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Encoding.Latin1.GetString(bytes).Split('\n'), line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Markup_is_text_in_both_parts()
    {
        var mail = Read(Bytes(Mail("<b>VIX</b> & \"more\"", "<script>x</script>\r\n<img src='x' onerror=\"y\">")));

        Assert.Contains("<script>x</script>\n<img src='x' onerror=\"y\">", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;VIX&lt;/b&gt; &amp; &quot;more&quot;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_and_half_characters_become_harmless()
    {
        var mail = Read(Bytes(Mail("a\0b\ud800c\u001b", "one\rtwo\0three\ud800\u001b\tfour\n.\n..five")));

        Assert.Equal("a b\uFFFDc", mail.Subject);
        Assert.Contains("one\ntwo three\uFFFD \tfour\n.\n..five", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_is_longer_than_servers_take()
    {
        var bytes = Bytes(Mail(new string('ü', 2000), new string('m', 5000)));

        Assert.All(Encoding.Latin1.GetString(bytes).Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        Assert.Equal(new string('ü', 2000), Read(bytes).Subject);
        Assert.Contains(new string('m', 5000), Read(bytes).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_that_is_not_ascii_names_the_message_in_ascii() =>
        Assert.Equal($"{Id:N}@xn--bcher-kva.test", EmailMessage.Of(Mail("a", "b"), new MailboxAddress("", "alerts@bücher.test")).MessageId);

    private static OutgoingEmail Mail(string subject, string message) => new(Id, "user@example.test", subject, message, FiredAt);

    private static byte[] Bytes(OutgoingEmail mail)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        // As the sender does for a server that takes 7 bits only.
        var message = EmailMessage.Of(mail, new MailboxAddress("Dåws", "alerts@dawsos.test"));
        message.Prepare(EncodingConstraint.SevenBit);
        using var stream = new MemoryStream();
        message.WriteTo(format, stream, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    private static MimeMessage Read(byte[] bytes) => MimeMessage.Load(new MemoryStream(bytes), TestContext.Current.CancellationToken);
}
