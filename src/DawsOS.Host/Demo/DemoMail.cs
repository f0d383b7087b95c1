using DawsOS.Hosting;

using MimeKit;

namespace DawsOS.Demo;

/// <summary>Where the demo's mail goes: to the mail server that the environment names, else into a sink of its own.</summary>
internal static class DemoMail
{
    private const string From = "DawsOS demo <alerts@dawsos.example>";

    // What the environment says of these must not lead the demo away from its sink, nor its retry away from the time that it tells.
    private static readonly string[] Prefixes = ["SMTP_", "USE_AWS_", "AWS_", "ALERT_RETRY_"];

    /// <summary>The real mail server; null = none is set.</summary>
    public static string? Server(IConfiguration environment) =>
        Text(environment, "USE_AWS_SES") is not (null or "false") ? "Amazon SES"
        : Text(environment, "SMTP_FROM") is null ? null
        : Text(environment, "SMTP_HOST");

    /// <summary>Command-line settings that send to the sink and to nothing else.</summary>
    public static IEnumerable<string> Settings(MailSink sink)
    {
        Dictionary<string, string> own = new()
        {
            ["SMTP_HOST"] = "127.0.0.1",
            ["SMTP_PORT"] = FormattableString.Invariant($"{sink.Port}"),
            ["SMTP_FROM"] = From,
            ["SMTP_SECURITY"] = "none",
        };
        return Variable.All.Select(variable => variable.Name)
            .Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(name => $"--{name}={own.GetValueOrDefault(name)}");
    }

    /// <summary>What the demo shows of a mail.</summary>
    public static IEnumerable<string> Lines(MimeMessage mail) =>
    [
        $"From        {mail.From}",
        $"To          {mail.To}",
        $"Subject     {mail.Subject}",
        $"Message-ID  <{mail.MessageId}>",
        $"Text        {FirstLine(mail)}",
    ];

    // Above it stands the subject once more.
    private static string FirstLine(MimeMessage mail) =>
        (mail.TextBody ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(line => line != mail.Subject) ?? "";

    private static string? Text(IConfiguration environment, string name) => string.IsNullOrWhiteSpace(environment[name]) ? null : environment[name]!.Trim();
}
