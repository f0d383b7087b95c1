using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using DawsOS.Delivery;
using DawsOS.Storage;

using MimeKit;

using static DawsOS.Hosting.Configured;

namespace DawsOS.Hosting;

/// <summary>Reads how mail leaves: a mail server of one's own, or Amazon SES through its SMTP endpoint.</summary>
internal static class EmailSettings
{
    private const int StartTlsPort = 587;
    private const int TlsPort = 465;

    /// <exception cref="StartupException">Names the variable with a bad value; never shows a secret.</exception>
    public static EmailOptions Read(IConfiguration configuration)
    {
        var security = Text(configuration, "SMTP_SECURITY") switch
        {
            null or "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            var text => throw new StartupException($"SMTP_SECURITY: '{text}' is none of starttls, tls, none."),
        };
        var common = new EmailOptions
        {
            Security = security,
            Port = Number(configuration, "SMTP_PORT", security == SmtpSecurity.Tls ? TlsPort : StartTlsPort, 1, 65535),
            TrustRoots = Roots(Text(configuration, "SMTP_CA_FILE")),
            Slots = Number(configuration, "SMTP_CONNECTIONS", new EmailOptions().Slots, 1, 64),
        };
        return Flag(configuration, "USE_AWS_SES") ? Ses(configuration, common) : Own(configuration, common);
    }

    /// <summary>The variable for want of which email is unavailable although the other one is set; null = both or neither are.</summary>
    public static string? Missing(EmailOptions email) => email switch
    {
        { Host: not null, From: null } => "SMTP_FROM",
        { Host: null, From: not null } => "SMTP_HOST",
        _ => null,
    };

    private static EmailOptions Own(IConfiguration configuration, EmailOptions common)
    {
        var (user, password) = (Text(configuration, "SMTP_USER"), Text(configuration, "SMTP_PASSWORD"));
        if ((user is null) != (password is null))
        {
            throw new StartupException(user is null
                ? "SMTP_PASSWORD: it is set without SMTP_USER; set both or neither."
                : "SMTP_USER: it is set without SMTP_PASSWORD; set both or neither.");
        }
        return common with
        {
            Host = Name("SMTP_HOST", Text(configuration, "SMTP_HOST")),
            From = Sender("SMTP_FROM", Text(configuration, "SMTP_FROM")),
            User = user,
            Password = password,
        };
    }

    private static string? Name(string variable, string? host) => host is null || Uri.CheckHostName(host) is not UriHostNameType.Unknown
        ? host
        : throw new StartupException($"{variable}: '{host}' is no host name; give one like mail.example.com, and its port in SMTP_PORT.");

    private static EmailOptions Ses(IConfiguration configuration, EmailOptions common)
    {
        if (Text(configuration, "SMTP_HOST") is not null)
        {
            throw new StartupException("SMTP_HOST: it is set together with USE_AWS_SES=true; set one of them.");
        }
        var region = Text(configuration, "AWS_REGION") ?? "us-east-1";
        if (!region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new StartupException($"AWS_REGION: '{region}' is no region like us-east-1.");
        }
        return common with
        {
            Host = Text(configuration, "AWS_SES_HOST") ?? $"email-smtp.{region}.amazonaws.com",
            From = Sender("AWS_SES_FROM", Required(configuration, "AWS_SES_FROM")),
            User = Required(configuration, "AWS_ACCESS_KEY_ID"),
            Password = SesPassword.Derive(Required(configuration, "AWS_SECRET_ACCESS_KEY"), region),
        };
    }

    private static string? Sender(string name, string? text) => text is null ? null
        : MailboxAddress.TryParse(text, out var sender) && EmailAddresses.Fault(sender.Address) is null ? text
        : throw new StartupException($"{name}: '{text}' is no address like alerts@example.com.");

    private static X509Certificate2Collection? Roots(string? file)
    {
        if (file is null)
        {
            return null;
        }
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartupException($"SMTP_CA_FILE: '{file}' cannot be read as PEM ({e.Message}).", e);
        }
        return roots.Count > 0 ? roots : throw new StartupException($"SMTP_CA_FILE: there is no certificate in '{file}'.");
    }

    private static string Required(IConfiguration configuration, string name) =>
        Text(configuration, name) ?? throw new StartupException($"{name}: it is required with USE_AWS_SES=true.");
}
