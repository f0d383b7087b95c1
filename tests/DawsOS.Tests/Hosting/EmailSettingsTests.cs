using DawsOS.Delivery;
using DawsOS.Storage;

using Microsoft.Extensions.Configuration;

namespace DawsOS.Hosting;

public sealed class EmailSettingsTests
{
    private static readonly string[] Ses =
        ["USE_AWS_SES=true", "AWS_SES_FROM=alerts@example.com", "AWS_ACCESS_KEY_ID=AKIA", "AWS_SECRET_ACCESS_KEY=hunter2-secret"];

    [Fact]
    public void A_mail_server_and_a_sender_are_enough()
    {
        var email = Read("SMTP_HOST=mail.example.com", "SMTP_FROM=DawsOS <alerts@example.com>");

        Assert.True(email.IsConfigured);
        Assert.Equal(("mail.example.com", "DawsOS <alerts@example.com>", 587, SmtpSecurity.StartTls), (email.Host, email.From, email.Port, email.Security));
        Assert.Equal((null, null, null, 8), (email.User, email.Password, email.TrustRoots, email.Slots));
    }

    [Fact]
    public void Connection_variables_count_with_amazon_ses_too()
    {
        var email = Read([.. Ses, "AWS_SES_HOST=localhost", "SMTP_SECURITY=tls", "SMTP_PORT=2465", "SMTP_CONNECTIONS=64"]);

        Assert.Equal(("localhost", 2465, SmtpSecurity.Tls, 64), (email.Host, email.Port, email.Security, email.Slots));
        Assert.Equal(SesPassword.Derive("hunter2-secret", "us-east-1"), email.Password);
    }

    [Fact]
    public void Without_a_region_it_is_us_east_1() => Assert.Equal("email-smtp.us-east-1.amazonaws.com", Read(Ses).Host);

    [Theory]
    [InlineData("us-east-1.evil.example/")]
    [InlineData("US-EAST-1")]
    [InlineData("us_east_1")]
    [InlineData("us-east-1\r\nx")]
    [InlineData("ü")]
    public void A_region_leads_to_no_other_host(string region)
    {
        var stopped = Assert.Throws<StartupException>(() => Read([.. Ses, $"AWS_REGION={region}"]));

        Assert.StartsWith("AWS_REGION: ", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", stopped.ToString(), StringComparison.Ordinal);
    }

    private static EmailOptions Read(params string[] variables) => EmailSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(variable => variable.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build());
}
