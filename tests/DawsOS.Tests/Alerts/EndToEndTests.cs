using System.Globalization;
using System.Net;

using DawsOS.Harness;

namespace DawsOS.Alerts;

/// <summary>The main job over real HTTP: a series comes in, an alert fires, its user reads it, operators see it counted, and it fires again.</summary>
public abstract class EndToEndTests(AppFixture fixture)
{
    [Fact]
    public async Task A_series_comes_in_and_its_alert_is_notified_counted_and_notified_again_after_its_cooldown()
    {
        var start = fixture.App.Clock.GetUtcNow();
        using var user = await AlertScenario.NewAsync(fixture.App);
        var alert = (await user.Http.CallAsync(
            "/v1/alerts", new { condition_json = new { type = "macro", entity = "VIX", op = ">", value = 30 }, cooldown_hours = 24 }, HttpStatusCode.Created)).Body;

        Assert.Equal(0, (await user.Http.PostCsvAsync("DATE,VIXCLS\n2026-02-25,22.5\n2026-02-26,28.5\n"))["alerts_fired"].GetInt32());
        Assert.Empty(await user.NotificationsAsync());
        Assert.Equal((0, 0), await CountedAsync());

        Assert.Equal(1, (await user.Http.PostCsvAsync("DATE,VIXCLS\n2026-02-27,31.25\n"))["alerts_fired"].GetInt32());
        var first = Assert.Single(await user.NotificationsAsync());
        Assert.Equal(AlertScenario.Id(alert), first.GetProperty("alert_id").GetString());
        Assert.Equal("VIX is above 30 (now level 31.25)", first.GetProperty("message").GetString());
        Assert.Equal((1, 1), await CountedAsync());

        await user.AdvanceToAsync(start.AddHours(24).AddSeconds(-1));
        Assert.Single(await user.NotificationsAsync());
        await user.AdvanceToAsync(start.AddHours(24));
        // A decision is counted when it is committed, which whoever reads the rows may be quicker than.
        await HostProcess.PollAsync("the second firing to be counted", async () => await CountedAsync() == (2, 2));
        Assert.Equal(2, (await user.NotificationsAsync()).Length);
        Assert.Equal(["delivered", "delivered"], (await user.DeliveriesAsync(alert)).Select(delivery => delivery.GetProperty("status").GetString()));
        Assert.Equal("cooling_down", (await user.ReadAsync(alert)).GetProperty("state").GetString());
    }

    private async Task<(int Fired, int Delivered)> CountedAsync()
    {
        var metrics = await fixture.App.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return (
            Value("dawsos_alert_evaluations_total{type=\"macro\",result=\"fired\"} "), Value("dawsos_alert_deliveries_total{channel=\"inapp\",status=\"delivered\"} "));

        int Value(string sample) => metrics.Split('\n').FirstOrDefault(line => line.StartsWith(sample, StringComparison.Ordinal)) is { } line
            ? int.Parse(line[sample.Length..], CultureInfo.InvariantCulture)
            : 0;
    }
}

public sealed class EndToEndOnSqliteTests(SqliteApp app) : EndToEndTests(app), IClassFixture<SqliteApp>;

public sealed class EndToEndOnPostgresTests(PostgresApp app) : EndToEndTests(app), IClassFixture<PostgresApp>;
