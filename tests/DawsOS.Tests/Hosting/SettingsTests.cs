using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using DawsOS.Delivery;
using DawsOS.Storage;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace DawsOS.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public void With_nothing_set_everything_is_embedded_and_on_loopback()
    {
        var settings = Read();

        Assert.True(settings.IsEmbedded);
        Assert.Equal(Path.GetFullPath("data"), settings.DataDirectory);
        Assert.Equal(["127.0.0.1:8000"], settings.FrontDoors().Select(endpoint => endpoint.ToString()));
        Assert.Equal(("127.0.0.1", 11111, 30000), (settings.OrleansAddress.ToString(), settings.SiloPort, settings.GatewayPort));
        Assert.Equal((100, 1000, null), (settings.UserRateLimit, settings.GlobalRateLimit, settings.MetricsPort));
        Assert.Equal(LogLevel.Information, settings.LogLevel);
    }

    [Theory]
    [InlineData("DATABASE_URL", "mysql://u:hunter2-secret@h/db")]
    [InlineData("DATABASE_URL", "postgresql://u:hunter2-secret@h")]
    [InlineData("DATABASE_URL", "postgresql://u:hunter2-secret@h:99999999/db")]
    [InlineData("DATABASE_URL", "postgresql://u:hunter2-secret@h/db?colour=red")]
    [InlineData("DATABASE_URL", "postgresql://u:hunter2-secret@h/db?sslmode=perhaps")]
    [InlineData("DATABASE_URL", "Host=h;Password=hunter2-secret")]
    [InlineData("DATABASE_URL", "hunter2-secret")]
    [InlineData("DAWSOS_ADMIN_EMAIL", "admin")]
    [InlineData("DAWSOS_ADMIN_PASSWORD", "hunter2-sec")]
    [InlineData("AUTH_JWT_SECRET", "hunter2-secret")]
    [InlineData("ASPNETCORE_URLS", "8000")]
    [InlineData("ASPNETCORE_URLS", "127.0.0.1:8000")]
    [InlineData("ASPNETCORE_URLS", "ftp://127.0.0.1:8000")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:8000/base")]
    [InlineData("ASPNETCORE_URLS", "http://example.com:18500")]
    [InlineData("ASPNETCORE_URLS", "https://daws.example:85/")]
    [InlineData("METRICS_PORT", "0")]
    [InlineData("METRICS_PORT", "nine")]
    [InlineData("RATE_LIMIT_USER_PER_MINUTE", "-1")]
    [InlineData("RATE_LIMIT_GLOBAL_PER_MINUTE", "1e3")]
    [InlineData("MAX_CONCURRENT_REQUESTS", "7")]
    [InlineData("MAX_CONCURRENT_REQUESTS", "many")]
    [InlineData("MAX_CONNECTIONS", "0")]
    [InlineData("MAX_CONNECTIONS_PER_ADDRESS", "-1")]
    [InlineData("CORS_ORIGINS", "*")]
    [InlineData("CORS_ORIGINS", "https://*.example.com")]
    [InlineData("CORS_ORIGINS", "https://console.example.com/")]
    [InlineData("CORS_ORIGINS", "https://console.example.com:443")]
    [InlineData("CORS_ORIGINS", "https://Console.example.com")]
    [InlineData("CORS_ORIGINS", "console.example.com")]
    [InlineData("CORS_ORIGINS", "null")]
    [InlineData("CORS_ORIGINS", "https://console.example.com, ftp://x")]
    [InlineData("FORWARDED_PROXIES", "proxy.example.com")]
    [InlineData("FORWARDED_PROXIES", "10.0.0.1, *")]
    [InlineData("FORWARDED_PROXIES", "0.0.0.0/0")]
    [InlineData("FORWARDED_PROXIES", "::/0")]
    [InlineData("FORWARDED_PROXIES", "10.0.0.0/33")]
    [InlineData("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")]
    [InlineData("ALERT_LEASE_SECONDS", "9")]
    [InlineData("ALERT_LEASE_SECONDS", "601")]
    [InlineData("ORLEANS_ADDRESS", "localhost")]
    [InlineData("ORLEANS_ADDRESS", "0.0.0.0")]
    [InlineData("ORLEANS_SILO_PORT", "65536")]
    [InlineData("ORLEANS_GATEWAY_PORT", "0")]
    [InlineData("LOG_LEVEL", "Loud")]
    [InlineData("LOG_LEVEL", "3")]
    [InlineData("LOG_LEVEL", "Debug,Warning")]
    [InlineData("Logging:LogLevel:Default", "Nope")]
    [InlineData("Logging:Console:LogLevel:Orleans", "Loud")]
    public void A_bad_value_names_its_variable_in_one_line_and_no_secret(string name, string value)
    {
        var stopped = Assert.Throws<StartupException>(() => Read((name, value)));

        Assert.StartsWith(name, stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', stopped.Message);
        Assert.DoesNotContain("hunter2", stopped.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("USE_AWS_SES", "USE_AWS_SES=yes")]
    [InlineData("SMTP_SECURITY", "SMTP_SECURITY=ssl")]
    [InlineData("SMTP_PORT", "SMTP_PORT=0")]
    [InlineData("SMTP_PORT", "SMTP_PORT=65536")]
    [InlineData("SMTP_PORT", "SMTP_PORT=smtp")]
    [InlineData("SMTP_CONNECTIONS", "SMTP_CONNECTIONS=0")]
    [InlineData("SMTP_CONNECTIONS", "SMTP_CONNECTIONS=65")]
    [InlineData("SMTP_FROM", "SMTP_FROM=nobody")]
    [InlineData("SMTP_FROM", "SMTP_FROM=a@example.com, b@example.com")]
    [InlineData("SMTP_USER", "SMTP_USER=ann")]
    [InlineData("SMTP_PASSWORD", "SMTP_PASSWORD=hunter2-secret")]
    [InlineData("SMTP_CA_FILE", "SMTP_CA_FILE=/nowhere/roots.pem")]
    [InlineData("SMTP_HOST", "USE_AWS_SES=true", "SMTP_HOST=smtp.example.com")]
    [InlineData("AWS_REGION", "USE_AWS_SES=true", "AWS_REGION=Ohio!")]
    [InlineData("AWS_SES_FROM", "USE_AWS_SES=true", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=hunter2-secret")]
    [InlineData("AWS_SES_FROM", "USE_AWS_SES=true", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=hunter2-secret", "AWS_SES_FROM=nobody")]
    [InlineData("AWS_ACCESS_KEY_ID", "USE_AWS_SES=true", "AWS_SECRET_ACCESS_KEY=hunter2-secret", "AWS_SES_FROM=a@example.com")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "USE_AWS_SES=true", "AWS_ACCESS_KEY_ID=id", "AWS_SES_FROM=a@example.com")]
    [InlineData("ALERT_RETRY_MINUTES", "ALERT_RETRY_MINUTES=5,,30")]
    [InlineData("ALERT_RETRY_MINUTES", "ALERT_RETRY_MINUTES=five")]
    [InlineData("ALERT_RETRY_MINUTES", "ALERT_RETRY_MINUTES=5,0")]
    [InlineData("ALERT_RETRY_MINUTES", "ALERT_RETRY_MINUTES=-5")]
    [InlineData("ALERT_RETRY_MINUTES", "ALERT_RETRY_MINUTES=525601")]
    [InlineData("ALERT_RETRY_JITTER", "ALERT_RETRY_JITTER=maybe")]
    public void A_fault_of_email_or_of_retries_names_its_variable_and_no_secret(string named, params string[] variables)
    {
        // There in every case, so that no sentence may show them.
        var secrets = variables.Any(variable => variable.StartsWith("SMTP_USER=", StringComparison.Ordinal) || variable.StartsWith("SMTP_PASSWORD=", StringComparison.Ordinal))
            ? [] : new[] { ("SMTP_USER", "ann"), ("SMTP_PASSWORD", "hunter2-mail") };

        var stopped = Assert.Throws<StartupException>(() => Read([.. secrets, .. variables.Select(variable => variable.Split('=')).Select(pair => (pair[0], pair[1]))]));

        Assert.StartsWith($"{named}: ", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', stopped.Message);
        Assert.DoesNotContain("hunter2", stopped.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_variables_there_is_no_email_and_five_retries_with_jitter()
    {
        var settings = Read();

        Assert.Equal((false, null), (settings.Email.IsConfigured, EmailSettings.Missing(settings.Email)));
        Assert.Equal([5, 30, 120, 720, 1440], settings.Retries.Schedule.Select(wait => wait.TotalMinutes));
        Assert.True(settings.Retries.Jitter);
    }

    [Fact]
    public void Retries_are_as_many_as_minutes_and_may_come_exactly_on_time()
    {
        var settings = Read(("ALERT_RETRY_MINUTES", "0.5, 10"), ("ALERT_RETRY_JITTER", "false"));

        Assert.Equal([30, 600], settings.Retries.Schedule.Select(wait => wait.TotalSeconds));
        Assert.False(settings.Retries.Jitter);
    }

    [Theory]
    [InlineData("", 587)]
    [InlineData("starttls", 587)]
    [InlineData("tls", 465)]
    [InlineData("none", 587)]
    public void The_port_follows_from_the_security(string security, int port)
    {
        Assert.Equal(port, Read(("SMTP_SECURITY", security)).Email.Port);
        Assert.Equal(2525, Read(("SMTP_SECURITY", security), ("SMTP_PORT", "2525")).Email.Port);
    }

    [Fact]
    public void Amazon_ses_is_a_mail_server_with_a_password_made_from_the_key()
    {
        var email = Read(
            ("USE_AWS_SES", "true"), ("AWS_REGION", "eu-west-1"), ("AWS_SES_FROM", "DawsOS <alerts@example.com>"), ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2-secret")).Email;

        Assert.True(email.IsConfigured);
        Assert.Equal(("email-smtp.eu-west-1.amazonaws.com", 587, SmtpSecurity.StartTls), (email.Host, email.Port, email.Security));
        Assert.Equal(("DawsOS <alerts@example.com>", "AKIA", SesPassword.Derive("hunter2-secret", "eu-west-1")), (email.From, email.User, email.Password));
    }

    [Fact]
    public void A_pem_file_adds_its_trust_roots_and_any_other_file_stops_the_start()
    {
        var directory = Directory.CreateTempSubdirectory("daws-").FullName;
        using var key = ECDsa.Create();
        using var root = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        var (good, empty, broken) = (Path.Combine(directory, "good.pem"), Path.Combine(directory, "empty.pem"), Path.Combine(directory, "broken.pem"));
        File.WriteAllText(good, root.ExportCertificatePem());
        File.WriteAllText(empty, "no certificate");
        File.WriteAllText(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        Assert.Equal([root.Thumbprint], Read(("SMTP_CA_FILE", good)).Email.TrustRoots!.Select(found => found.Thumbprint));
        Assert.Equal($"SMTP_CA_FILE: there is no certificate in '{empty}'.", Assert.Throws<StartupException>(() => Read(("SMTP_CA_FILE", empty))).Message);
        Assert.StartsWith($"SMTP_CA_FILE: '{broken}' cannot be read as PEM", Assert.Throws<StartupException>(() => Read(("SMTP_CA_FILE", broken))).Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("ORLEANS_CLUSTER_ID")]
    [InlineData("ORLEANS_SERVICE_ID")]
    public void An_id_longer_than_its_column_is_refused(string name)
    {
        var stopped = Assert.Throws<StartupException>(() => Read((name, new string('x', 151))));

        Assert.StartsWith(name, stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_postgres_the_token_secret_must_be_given()
    {
        var stopped = Assert.Throws<StartupException>(() => Read(("DATABASE_URL", "postgresql://u:p@h/db")));

        Assert.StartsWith("AUTH_JWT_SECRET", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:81", "127.0.0.1:81")]
    [InlineData("http://*:82", "0.0.0.0:82")]
    [InlineData("http://+:83;http://[::1]:84", "0.0.0.0:83 [::1]:84")]
    [InlineData("https://0.0.0.0:85/", "0.0.0.0:85")]
    [InlineData("http://[::]:86", "[::]:86")]
    [InlineData("http://127.0.0.1", "127.0.0.1:80")]
    [InlineData("http://127.0.0.1:0", "")]
    public void The_front_doors_are_what_kestrel_listens_on(string urls, string endpoints) =>
        Assert.Equal(endpoints, string.Join(' ', Read(("ASPNETCORE_URLS", urls)).FrontDoors()));

    private static Settings Read(params (string Name, string Value)[] values) => Settings.Read(new ConfigurationBuilder()
        // The host reads ASPNETCORE_URLS as "urls".
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name.Replace("ASPNETCORE_", "", StringComparison.Ordinal), (string?)pair.Value)))
        .Build());
}
