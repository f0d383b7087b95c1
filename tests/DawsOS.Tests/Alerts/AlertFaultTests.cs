using System.Net;
using Dapper;
using DawsOS.Harness;
using DawsOS.Storage;
using Npgsql;

namespace DawsOS.Alerts;

/// <summary>Rules that break, silos side by side, a database that goes away.</summary>
public sealed class AlertFaultTests
{
    [Fact]
    public async Task A_rule_that_cannot_be_read_never_stops_the_others()
    {
        await using var app = await DawsApp.StartAsync();
        using var user = await AlertScenario.NewAsync(app);
        var broken = await user.CreateAsync(above: 30);
        var good = await user.CreateAsync(above: 30);
        await app.ScalarAsync<object>("UPDATE alerts SET condition_json = '{}' WHERE id = @id", new { id = Guid.Parse(AlertScenario.Id(broken)) });

        Assert.Equal(1, (await user.ObserveAsync(31))["alerts_fired"].GetInt32());

        Assert.Single(await user.DeliveriesAsync(good));
        Assert.Equal(1, await app.ScalarAsync<long>("SELECT count(*) FROM alert_evaluation_errors"));
        Assert.Contains(
            "dawsos_alert_evaluations_total{type=\"series\",result=\"error\"} 1",
            await app.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wake_beside_an_ingest_decides_on_what_the_ingest_brings()
    {
        await using var app = await DawsApp.StartAsync(Dialect.Postgres);
        using var user = await AlertScenario.NewAsync(app);
        await user.CreateAsync(new
        {
            condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30, max_age = 86_400 },
            cooldown_hours = 24,
            channels = new { inapp = true },
        });
        await user.ObserveAsync(31);
        await user.AdvanceAsync(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));

        // The ingest has nominated nobody, for it crosses nothing, and is not committed when the cooldown ends and its old value becomes too old.
        await using var blocker = new NpgsqlConnection(app.DatabaseUrl);
        await blocker.OpenAsync(TestContext.Current.CancellationToken);
        await blocker.ExecuteAsync("BEGIN; LOCK TABLE ingests IN EXCLUSIVE MODE");
        var ingest = user.ObserveAsync(32);
        const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        await HostProcess.PollAsync("the ingest to wait", async () => await app.ScalarAsync<long>(Waiting) == 1);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await HostProcess.PollAsync(
            "the wake to wait or to have decided", async () => await app.ScalarAsync<long>(Waiting) > 1 || await app.ScalarAsync<long>("SELECT count(*) FROM alerts WHERE recheck") > 0);
        await blocker.ExecuteAsync("ROLLBACK");
        await ingest;

        await HostProcess.PollAsync("the second notification", async () => await app.ScalarAsync<long>("SELECT count(*) FROM notifications") == 2);
    }

    [Fact]
    public async Task Two_silos_fire_an_alert_once_whoever_ingests()
    {
        await using var first = await DawsApp.StartAsync(Dialect.Postgres);
        await using var second = await DawsApp.StartAsync(
            Dialect.Postgres, new Dictionary<string, string> { ["DATABASE_URL"] = first.DatabaseUrl! });
        using var user = await AlertScenario.NewAsync(first);
        using var onSecond = await second.SignInAgainAsync(user.Http);
        await user.ObserveAsync(29);
        // Made through one silo, seen by the other at once.
        var alert = (await onSecond.CallAsync(
            "/v1/alerts", new { condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 }, cooldown_hours = 0.001 }, HttpStatusCode.Created)).Body;

        var answers = await Task.WhenAll(Enumerable.Range(1, 30).Select(i => (i % 2 == 0 ? user.Http : onSecond).CallAsync(
            $"/v1/series/{user.Series}/observations", new { observations = new[] { new { date = AlertScenario.Date(i + 1), value = 30 + i } } })));
        first.Clock.Advance(TimeSpan.FromHours(1));
        second.Clock.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(first.WakeAsync(), second.WakeAsync());

        Assert.Equal(1, answers.Sum(a => a["alerts_fired"].GetInt32()));
        Assert.Equal(1, await first.ScalarAsync<long>("SELECT count(*) FROM notifications WHERE alert_id = @id", new { id = Guid.Parse(AlertScenario.Id(alert)) }));
    }

    [Fact]
    public async Task What_is_ingested_while_another_silo_makes_or_switches_on_an_alert_is_not_missed()
    {
        await using var first = await DawsApp.StartAsync(Dialect.Postgres);
        await using var second = await DawsApp.StartAsync(
            Dialect.Postgres, new Dictionary<string, string> { ["DATABASE_URL"] = first.DatabaseUrl! });
        using var user = await AlertScenario.NewAsync(first);
        using var onSecond = await second.SignInAgainAsync(user.Http);
        await user.ObserveAsync(29);
        var sleeping = await user.CreateAsync(above: 40, isActive: false);
        // Holds an alert in the one moment that counts: it was decided on the value of before, and is not committed.
        await using var blocker = new NpgsqlConnection(first.DatabaseUrl);
        await blocker.OpenAsync(TestContext.Current.CancellationToken);
        await blocker.ExecuteAsync("""
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END';
            CREATE TRIGGER hold AFTER UPDATE ON alerts FOR EACH ROW WHEN (NEW.side_known AND NOT OLD.side_known) EXECUTE FUNCTION hold()
            """);

        await FiresAsync(31, () => onSecond.CallAsync(
            "/v1/alerts", new { condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 } }, HttpStatusCode.Created));
        await FiresAsync(41, () => onSecond.SendJsonAsync(HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(sleeping)}", new { is_active = true }, HttpStatusCode.OK));

        async Task FiresAsync(decimal value, Func<Task<Answer>> changeAsync)
        {
            await blocker.ExecuteAsync("SELECT pg_advisory_lock(1)");
            var change = changeAsync();
            await HostProcess.PollAsync("the alert to be held", async () => await WaitingAsync() == 1);
            var ingest = user.ObserveAsync(value);
            await HostProcess.PollAsync("the ingest to wait for it, or not to", async () => ingest.IsCompleted || await WaitingAsync() == 2);
            await blocker.ExecuteAsync("SELECT pg_advisory_unlock(1)");
            await ingest;

            Assert.Single(await user.DeliveriesAsync((await change).Body));
        }

        Task<long> WaitingAsync() => first.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
    }

    [Fact]
    public async Task An_ingest_without_its_database_stores_nothing_and_may_be_repeated()
    {
        await using var app = await DawsApp.StartAsync(Dialect.Postgres);
        using var user = await AlertScenario.NewAsync(app);
        var alert = await user.CreateAsync(above: 30);
        object[] body = [new { date = "2025-01-01", value = 31 }];

        // Another session holds what the ingest needs last, and then ends the ingest's session: all it did before must be undone.
        await using var blocker = new NpgsqlConnection(app.DatabaseUrl);
        await blocker.OpenAsync(TestContext.Current.CancellationToken);
        await blocker.ExecuteAsync("BEGIN; LOCK TABLE ingests IN ACCESS EXCLUSIVE MODE");
        var waiting = user.IngestAsync(body, HttpStatusCode.ServiceUnavailable, ingestId: "the-same");
        const string Waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while (await app.ScalarAsync<long>($"SELECT count(*) {Waiting}") == 0)
        {
            await Task.Yield();
        }
        await app.ScalarAsync<object>($"SELECT pg_terminate_backend(pid) {Waiting}");
        await blocker.ExecuteAsync("ROLLBACK");
        var away = await waiting;
        var repeated = await user.IngestAsync(body, ingestId: "the-same");

        Assert.Equal("database_unavailable", away.Error);
        Assert.Equal(1, repeated["alerts_fired"].GetInt32());
        Assert.Single(await user.DeliveriesAsync(alert));
    }

    [Fact]
    public async Task An_alert_whose_commit_lost_its_answer_is_answered_as_created_and_is_there_once()
    {
        using var proxy = new TcpProxy();
        await using var app = await StartBehindAsync(proxy);
        using var user = await AlertScenario.NewAsync(app);

        proxy.LoseNextCommit();
        var created = await user.CreateAsync(above: 30);

        var listed = (await user.Http.GetAsync("/v1/alerts", HttpStatusCode.OK))["items"];
        Assert.Equal(AlertScenario.Id(created), Assert.Single(listed.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_was_lost_during_its_commit_is_not_called_unstored()
    {
        using var proxy = new TcpProxy();
        await using var app = await StartBehindAsync(proxy);
        using var user = await AlertScenario.NewAsync(app);
        var alert = await user.CreateAsync(above: 30);

        proxy.LoseNextCommit();
        var lost = await user.Http.SendJsonAsync(
            HttpMethod.Patch, $"/v1/alerts/{AlertScenario.Id(alert)}", new { name = "Renamed" }, HttpStatusCode.ServiceUnavailable);

        Assert.Equal("database_unavailable", lost.Error);
        Assert.Contains("not known", lost["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal("Renamed", (await user.ReadAsync(alert)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_locked_table_is_an_answer_after_ten_seconds_that_does_not_say_more_than_it_knows()
    {
        await using var app = await DawsApp.StartAsync(Dialect.Postgres);
        using var user = await AlertScenario.NewAsync(app);
        await using var blocker = new NpgsqlConnection(app.DatabaseUrl);
        await blocker.OpenAsync(TestContext.Current.CancellationToken);
        await blocker.ExecuteAsync("BEGIN; LOCK TABLE alerts IN ACCESS EXCLUSIVE MODE");

        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var answer = await user.Http.GetAsync("/v1/alerts", HttpStatusCode.ServiceUnavailable);

        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, 9, 20);
        Assert.Equal("database_unavailable", answer.Error);
        await blocker.ExecuteAsync("ROLLBACK");
        await user.Http.GetAsync("/v1/alerts", HttpStatusCode.OK);
    }

    private static async Task<DawsApp> StartBehindAsync(TcpProxy proxy) => await DawsApp.StartAsync(settings: new Dictionary<string, string>
    {
        ["DATABASE_URL"] = proxy.InFrontOf(await PostgresServer.CreateDatabaseAsync()),
        ["AUTH_JWT_SECRET"] = HostProcess.JwtSecret,
    });
}
