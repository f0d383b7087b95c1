using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using DawsOS.Demo;

namespace DawsOS.Delivery;

/// <summary>The sender against a real mail server on loopback that is told to misbehave.</summary>
public sealed class EmailSenderTests
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private static readonly DateTimeOffset FiredAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Recipient", "451 later", SendClass.Retryable, 0)]
    [InlineData("Content", "451 later", SendClass.Retryable, 0)]
    [InlineData("Data", "421 busy", SendClass.Retryable, 0)]
    [InlineData("Greeting", "554 no service", SendClass.Retryable, 0)]
    [InlineData("Recipient", "550 no such user", SendClass.Permanent, 0)]
    [InlineData("Content", "554 spam", SendClass.Permanent, 0)]
    [InlineData("Recipient", "530 sign in first", SendClass.Misconfigured, 0)]
    [InlineData("Sender", "421 busy", SendClass.Retryable, 0)]
    [InlineData("Sender", "550 not from you", SendClass.Permanent, 0)]
    [InlineData("Sender", "530 sign in first", SendClass.Misconfigured, 0)]
    [InlineData("Recipient", "", SendClass.Retryable, 0)]
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
        using var certificate = Certificate(name, ForServers);
        await using var sink = new MailSink { Certificate = certificate, IsImplicit = (SmtpSecurity)security == SmtpSecurity.Tls };
        var roots = trusted ? new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(certificate.RawData)) : null;
        using var connections = New(sink, out var sender, options => options with { Host = "localhost", Security = (SmtpSecurity)security, TrustRoots = roots });

        Assert.Equal(expected, (await sender.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
    }

    [Fact]
    public async Task A_certificate_that_was_made_for_clients_is_no_servers()
    {
        using var certificate = Certificate("localhost", "1.3.6.1.5.5.7.3.2");
        await using var sink = new MailSink { Certificate = certificate, IsImplicit = true };
        var roots = new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(certificate.RawData));
        using var connections = New(sink, out var sender, options => options with { Host = "localhost", Security = SmtpSecurity.Tls, TrustRoots = roots });

        Assert.Equal(SendClass.Misconfigured, (await sender.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
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

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task A_server_that_wants_a_sign_in_gets_one_and_says_what_is_wrong_without_it(string mechanism)
    {
        await using var sink = new MailSink { Account = ("user", "hunter2ü"), Mechanisms = mechanism };
        using var right = New(sink, out var sender, options => options with { User = "user", Password = "hunter2ü" });
        using var wrong = New(sink, out var mistaken, options => options with { User = "user", Password = "hunter3" });
        using var none = New(sink, out var stranger);

        Assert.Equal(SendResult.Delivered, await sender.SendAsync(Mail(), TestContext.Current.CancellationToken));
        Assert.Equal(SendClass.Misconfigured, (await mistaken.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
        Assert.Equal(SendClass.Misconfigured, (await stranger.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
        Assert.Single(sink.Received);
    }

    [Fact]
    public async Task A_server_that_repeats_the_sign_in_shows_no_secret_of_it()
    {
        var plain = Convert.ToBase64String("\0user\0hunter2hunter2"u8);
        await using var sink = new MailSink { Fault = at => at == SinkStage.Authentication ? new SinkFault($"500 not understood: AUTH PLAIN {plain} hunter2hunter2") : null };
        using var connections = New(sink, out var sender, options => options with { User = "user", Password = "hunter2hunter2" });

        var result = await sender.SendAsync(Mail(), TestContext.Current.CancellationToken);

        Assert.Equal(SendClass.Misconfigured, result.Class);
        Assert.Contains("500", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(plain, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("451 later", SendClass.Retryable)]
    [InlineData("554 spam", SendClass.Permanent)]
    public async Task A_refusal_counts_although_the_connection_is_lost_after_it(string reply, object expected)
    {
        var isReset = false;
        await using var sink = new MailSink();
        sink.Fault = at =>
        {
            isReset |= at == SinkStage.Reset;
            return at == SinkStage.Content ? new SinkFault(reply) : at == SinkStage.Reset ? SinkFault.Drop : null;
        };
        using var connections = New(sink, out var sender);

        Assert.Equal(expected, (await sender.SendAsync(Mail(), TestContext.Current.CancellationToken)).Class);
        Assert.True(isReset);
    }

    [Fact]
    public async Task A_refusal_counts_although_the_time_is_up_after_it()
    {
        using var time = new CancellationTokenSource();
        await using var sink = new MailSink();
        sink.Fault = at =>
        {
            if (at == SinkStage.Reset)
            {
                time.Cancel();
                return SinkFault.Hang;
            }
            return at == SinkStage.Content ? new SinkFault("554 spam") : null;
        };
        using var connections = New(sink, out var sender);

        Assert.Equal(SendClass.Permanent, (await sender.SendAsync(Mail(), time.Token)).Class);
        Assert.True(time.IsCancellationRequested);
    }

    [Fact]
    public async Task An_address_that_smtp_cannot_write_is_not_tried_and_a_domain_is_written_in_ascii()
    {
        await using var sink = new MailSink();
        using var connections = New(sink, out var sender);

        Assert.Equal(SendClass.Permanent, (await sender.SendAsync(Mail() with { To = "jürgen@example.test" }, TestContext.Current.CancellationToken)).Class);
        Assert.Equal(0, sink.Connections);
        Assert.Equal(SendResult.Delivered, await sender.SendAsync(Mail() with { To = "juergen@bücher.test" }, TestContext.Current.CancellationToken));
        Assert.Equal("juergen@xn--bcher-kva.test", Assert.Single(sink.Recipients));
    }

    private static OutgoingEmail Mail(string subject = "DawsOS Alert: VIX") => new(Guid.CreateVersion7(FiredAt), "user@example.test", subject, "VIX is above 30", FiredAt);

    private static SmtpConnections New(MailSink sink, out EmailSender sender, Func<EmailOptions, EmailOptions>? change = null)
    {
        var options = new EmailOptions { Host = "127.0.0.1", Port = sink.Port, From = "DawsOS <alerts@dawsos.test>", Security = SmtpSecurity.None };
        options = change is null ? options : change(options);
        var connections = new SmtpConnections(options, TimeProvider.System);
        sender = new EmailSender(options, connections);
        return connections;
    }

    private static X509Certificate2 Certificate(string name, string purpose)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // With a key that TLS can use on every platform.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
