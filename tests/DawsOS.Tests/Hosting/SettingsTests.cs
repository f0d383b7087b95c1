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
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name == "ASPNETCORE_URLS" ? "urls" : pair.Name, (string?)pair.Value)))
        .Build());
}
