using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using DawsOS.Harness;

using MimeKit;

namespace DawsOS.Delivery;

/// <summary>The sender against a mail server that is not ours: Debian's python3-aiosmtpd, which CI installs.</summary>
public sealed class AiosmtpdTests
{
    [Fact]
    public async Task A_mail_arrives_at_another_implementation_as_it_was_meant()
    {
        var mailbox = Path.Combine(Path.GetTempPath(), $"daws-mail-{Guid.CreateVersion7():N}");
        var port = Ports.Free();
        using var server = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", ["-m", "aiosmtpd", "-n", "-l", $"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", mailbox])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            await ListensAsync(server, port);
            var options = new EmailOptions { Host = "127.0.0.1", Port = port, From = "DawsOS <alerts@dawsos.test>", Security = SmtpSecurity.None };
            using var connections = new SmtpConnections(options, TimeProvider.System);
            var mail = new OutgoingEmail(
                Guid.CreateVersion7(), "user@example.test", "Übergröße <b>\r\nBcc: evil@example.test", "Line 1\n.\n<script>&", new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
            var sender = new EmailSender(options, connections);

            Assert.Equal(SendResult.Delivered, await sender.SendAsync(mail, TestContext.Current.CancellationToken));
            Assert.Equal(SendResult.Delivered, await sender.SendAsync(mail, TestContext.Current.CancellationToken));

            var received = Directory.GetFiles(Path.Combine(mailbox, "new")).Select(file => MimeMessage.Load(file)).ToList();
            Assert.Equal(2, received.Count);
            Assert.Single(received.Select(message => message.MessageId).Distinct());
            Assert.Equal("Übergröße <b>  Bcc: evil@example.test", received[0].Subject);
            Assert.Null(received[0].Headers["Bcc"]);
            Assert.Equal("user@example.test", received[0].Headers["X-RcptTo"]);
            Assert.Contains("Line 1\n.\n<script>&", received[0].TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;&amp;", received[0].HtmlBody, StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (Directory.Exists(mailbox))
            {
                Directory.Delete(mailbox, recursive: true);
            }
        }
    }

    private static async Task ListensAsync(Process server, int port)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.False(server.HasExited, server.HasExited ? $"aiosmtpd ended; apt-get install python3-aiosmtpd? {await server.StandardError.ReadToEndAsync()}" : "");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }
}
