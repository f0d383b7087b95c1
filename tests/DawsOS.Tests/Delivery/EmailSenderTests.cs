using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using DawsOS.Demo;

namespace DawsOS.Delivery;

/// <summary>The sender against a real mail server on loopback that is told to misbehave.</summary>
public sealed class EmailSenderTests
{
    private static readonly DateTimeOffset FiredAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_mail_arrives_with_both_texts_escaped_and_a_name_of_its_own()
    {
        await using var sink = new MailSink();
        using var connections = New(sink, out var sender);
        var mail = Mail("VIX <b>über</b> 30\r\nBcc: evil@example.test") with { Message = "<script>x</script> & ünïcode\n.\n..dots" };

        Assert.Equal(SendResult.Delivered, await sender.SendAsync(mail, TestContext.Current.CancellationToken));

        var received = Assert.Single(sink.Received);
        Assert.Equal("VIX <b>über</b> 30  Bcc: evil@example.test", received.Subject);
        Assert.Equal("user@example.test", received.To.ToString());
        Assert.Empty(received.Bcc);
        Assert.Equal($"{mail.DeliveryId:N}@dawsos.test", received.MessageId);
        Assert.Equal("auto-generated", received.Headers["Auto-Submitted"]);
        Assert.Equal(FiredAt, received.Date);
        Assert.Contains("<script>x</script> & ünïcode\n.\n..dots", received.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;x&lt;/script&gt; &amp; ", received.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", received.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", received.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_delivery_has_the_same_message_id_and_connections_are_kept()
    {
        await using var sink = new MailSink();
        using var connections = New(sink, out var sender);
        var mail = Mail();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(SendResult.Delivered, await sender.SendAsync(mail, TestContext.Current.CancellationToken));
        }

        Assert.Equal(3, sink.Received.Count);
        Assert.Single(sink.Received.Select(received => received.MessageId).Distinct());
        Assert.Equal(1, sink.Connections);
    }

    [Fact]
    public async Task A_kept_connection_that_the_server_closed_is_no_failed_attempt()
    {
        await using var sink = new MailSink();
        using var connections = New(sink, out var sender);
        await sender.SendAsync(Mail(), TestContext.Current.CancellationToken);
        await sink.StopAsync();
        sink.Start();

        Assert.Equal(SendResult.Delivered, await sender.SendAsync(Mail(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Recipient", "451 later", SendClass.Retryable, 0)]
    [InlineData("Content", "451 later", SendClass.Retryable, 0)]
    [InlineData("Data", "421 busy", SendClass.Retryable, 0)]
    [InlineData("Greeting", "554 no service", SendClass.Retryable, 0)]
    [InlineData("Recipient", "550 no such user", SendClass.Permanent, 0)]
    [InlineData("Content", "554 spam", SendClass.Permanent, 0)]
    [InlineData("Recipient", "530 sign in first", SendClass.Misconfigured, 0)]
    [InlineData("Content", "", SendClass.Uncertain, 1)]
    [InlineData("Data", "", SendClass.Retryable, 0)]
    [InlineData("Greeting", "", SendClass.Retryable, 0)]
    public async Task What_goes_wrong_says_what_follows(string stage, string reply, object expected, int arrived)
    {
        await using var sink = new MailSink { Fault = at => at.ToString() == stage ? new SinkFault(reply) : null };
        using var connections = New(sink, out var sender);

        var result = await sender.SendAsync(Mail(), TestContext.Current.CancellationToken);

        Assert.Equal(expected, result.Class);
        Assert.NotEmpty(result.Error!);
        Assert.Equal(arrived, sink.Received.Count);
    }

    [Theory]
    [InlineData("Content", SendClass.Uncertain)]
    [InlineData("Data", SendClass.Retryable)]
    [InlineData("Greeting", SendClass.Retryable)]
    public async Task A_server_that_hangs_is_left_when_the_time_is_up(string stage, object expected)
    {
        var reached = new TaskCompletionSource();
        await using var sink = new MailSink();
        sink.Fault = at =>
        {
            if (at.ToString() != stage)
            {
                return null;
            }
            reached.TrySetResult();
            return SinkFault.Hang;
        };
        using var connections = New(sink, out var sender);
        using var time = new CancellationTokenSource();

        var sending = sender.SendAsync(Mail(), time.Token);
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        await time.CancelAsync();

        Assert.Equal(expected, (await sending).Class);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again_and_none_configured_is_said()
    {
        await using var sink = new MailSink();
        await sink.StopAsync();
        using var connections = New(sink, out var sender);
        using var none = new SmtpConnections(new EmailOptions(), TimeProvider.System);

        Assert.Equal(SendClass.Retryable, (await sender.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
        Assert.Equal(SendClass.Misconfigured, (await new EmailSender(new EmailOptions(), none).SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
        sink.Start();
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls, "localhost", true, SendClass.Delivered)]
    [InlineData(SmtpSecurity.Tls, "localhost", true, SendClass.Delivered)]
    [InlineData(SmtpSecurity.StartTls, "other.test", true, SendClass.Misconfigured)]
    [InlineData(SmtpSecurity.StartTls, "localhost", false, SendClass.Misconfigured)]
    [InlineData(SmtpSecurity.Tls, "localhost", false, SendClass.Misconfigured)]
    public async Task Only_a_certificate_with_the_right_name_from_a_trusted_root_is_good(object security, string name, bool trusted, object expected)
    {
        using var certificate = Certificate(name);
        await using var sink = new MailSink { Certificate = certificate, IsImplicit = (SmtpSecurity)security == SmtpSecurity.Tls };
        var roots = trusted ? new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(certificate.RawData)) : null;
        using var connections = New(sink, out var sender, options => options with { Host = "localhost", Security = (SmtpSecurity)security, TrustRoots = roots });

        Assert.Equal(expected, (await sender.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
    }

    [Fact]
    public async Task A_server_without_tls_is_not_talked_to_when_it_is_demanded()
    {
        await using var sink = new MailSink();
        using var connections = New(sink, out var sender, options => options with { Security = SmtpSecurity.StartTls });

        Assert.Equal(SendClass.Misconfigured, (await sender.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
        Assert.Empty(sink.Received);
    }

    [Theory]
    [InlineData("535 wrong password", SendClass.Misconfigured)]
    [InlineData("454 try later", SendClass.Retryable)]
    public async Task A_refused_sign_in_is_a_setting_unless_it_is_for_now_and_shows_no_secret(string reply, object expected)
    {
        await using var sink = new MailSink { Fault = at => at == SinkStage.Authentication ? new SinkFault(reply) : null };
        using var connections = New(sink, out var sender, options => options with { User = "user", Password = "hunter2hunter2" });

        var result = await sender.SendAsync(Mail(), TestContext.Current.CancellationToken);

        Assert.Equal(expected, result.Class);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
    }

    // Computed with Python's hmac from Amazon's description.
    [Theory]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eu-west-1")]
    public void The_password_of_SES_is_derived_from_the_secret_key(string key, string region) =>
        Assert.Equal(Expected[region], SesPassword.Derive(key, region));

    private static readonly Dictionary<string, string> Expected = new() { ["us-east-1"] = "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9", ["eu-west-1"] = "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk" };

    [Theory]
    [InlineData("a@b.test", true)]
    [InlineData("admin@localhost", true)]
    [InlineData("a+b.c@sub.example.com", true)]
    [InlineData("", false)]
    [InlineData("nobody", false)]
    [InlineData("@b.test", false)]
    [InlineData("a@", false)]
    [InlineData("a@b@c.test", false)]
    [InlineData("a@b.test,c@d.test", false)]
    [InlineData("A <a@b.test>", false)]
    [InlineData("a@b.test\r\nBcc: c@d.test", false)]
    [InlineData("a b@c.test", false)]
    [InlineData("a@b_c!.test", false)]
    [InlineData("\"a\"@b.test", false)]
    public void An_address_is_one_mailbox(string address, bool accepted) => Assert.Equal(accepted, EmailAddresses.Fault(address) is null);

    [Fact]
    public void A_long_address_is_none() => Assert.NotNull(EmailAddresses.Fault(new string('a', 250) + "@b.test"));

    private static OutgoingEmail Mail(string subject = "DawsOS Alert: VIX") => new(Guid.CreateVersion7(FiredAt), "user@example.test", subject, "VIX is above 30", FiredAt);

    private static SmtpConnections New(MailSink sink, out EmailSender sender, Func<EmailOptions, EmailOptions>? change = null)
    {
        var options = new EmailOptions { Host = "127.0.0.1", Port = sink.Port, From = "DawsOS <alerts@dawsos.test>", Security = SmtpSecurity.None };
        options = change is null ? options : change(options);
        var connections = new SmtpConnections(options, TimeProvider.System);
        sender = new EmailSender(options, connections);
        return connections;
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // With a key that TLS can use on every platform.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
