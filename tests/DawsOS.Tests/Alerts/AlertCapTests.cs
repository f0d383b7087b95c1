using System.Net;
using System.Net.Http.Json;

using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>How many alerts a user may have.</summary>
public sealed class AlertCapTests
{
    private const string Columns = """
        user_id, name, condition_type, condition_json, mode, no_data, severity, message_template, notify_inapp, notify_email, channels,
        cooldown_seconds, side_known, is_active, rule_version, row_version, created_at, updated_at
        """;

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    internal async Task A_user_has_at_most_ten_thousand_alerts_that_are_not_deleted(Dialect dialect)
    {
        await using var app = await DawsApp.StartAsync(dialect);
        using var user = await AlertScenario.NewAsync(app);
        using var other = await AlertScenario.NewAsync(app);
        var first = AlertScenario.Id(await user.CreateAsync(isActive: false));
        await FillAsync(app, dialect, first, AlertChecks.MaxPerUser - 3);
        await user.CreateAsync(isActive: false);

        // Two left over are one place.
        var together = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TryCreateAsync(user)));

        Assert.Equal(HttpStatusCode.Created, Assert.Single(together, answer => answer.Status == HttpStatusCode.Created).Status);
        Assert.All(together.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
        {
            Assert.Equal((HttpStatusCode.Conflict, "conflict"), (answer.Status, answer.Error));
            Assert.Equal("You have 10000 alerts, which is the most: delete one that you do not need.", answer["detail"].GetString());
        });
        Assert.Equal(AlertChecks.MaxPerUser, (await user.Http.GetAsync("/v1/alerts?limit=1", HttpStatusCode.OK))["total"].GetInt32());
        await other.CreateAsync(isActive: false);
        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/alerts/{first}", null, HttpStatusCode.NoContent);
        await user.CreateAsync(isActive: false);
    }

    // Copies of a row behind the API: ten thousand calls would take minutes.
    private static Task FillAsync(DawsApp app, Dialect dialect, string id, int count)
    {
        var (newId, ofId) = dialect == Dialect.Postgres ? ("gen_random_uuid()", "@id::uuid") : (
            "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
            "@id");
        return app.WriteAsync($"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @count)
            INSERT INTO alerts (id, {Columns}) SELECT {newId}, {Columns} FROM alerts, numbers WHERE id = {ofId}
            """, new { id, count });
    }

    private static async Task<Answer> TryCreateAsync(AlertScenario user)
    {
        using var response = await user.Http.PostAsJsonAsync(
            "/v1/alerts",
            new { condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 }, is_active = false },
            TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, System.Text.Json.JsonElement.Parse(text), text);
    }
}
