using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

using Dapper;

using DawsOS.Accounts;
using DawsOS.Delivery;
using DawsOS.Demo;
using DawsOS.Hosting;
using DawsOS.Series;
using DawsOS.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Alerts;

/// <summary>
/// The promised numbers of alerts and delivery, in one process: embedded, or with DATABASE_URL on that Postgres database, which must be empty.
/// Prints a line per figure.
/// </summary>
internal sealed class AlertScale : IAsyncDisposable
{
    private const int Series = 5_000;
    private const int Firing = 10_000;
    private const int Reminders = 100_000;
    private const int Mails = 10_000;
    private readonly WebApplication _app;
    private readonly string _directory;
    private readonly MailSink _sink;
    private Caller _caller = null!;
    private int _day;

    private AlertScale(WebApplication app, string directory, MailSink sink) => (_app, _directory, _sink) = (app, directory, sink);

    private Database Database => _app.Services.GetRequiredService<Database>();

    private IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <param name="rules">Of the tick.</param>
    /// <param name="firings">How often ten thousand alerts fire.</param>
    public static async Task RunAsync(int rules, int firings)
    {
        await using var scale = await StartAsync();
        await scale.MillionAsync(rules);
        await scale.FireAsync(firings);
        await scale.MailAsync();
        await scale.RemindAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<AlertScale> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("dawsos-bench-").FullName;
        var sink = new MailSink();
        var app = DawsHost.Build(
        [
            $"--DAWSOS_DATA={directory}", "--DAWSOS_ADMIN_PASSWORD=correct-horse-battery", "--LOG_LEVEL=Error", "--urls=http://127.0.0.1:18820",
            "--AUTH_JWT_SECRET=a benchmark secret of more than thirty-two bytes", "--ORLEANS_SILO_PORT=18821", "--ORLEANS_GATEWAY_PORT=18822",
            "--SMTP_HOST=127.0.0.1", $"--SMTP_PORT={sink.Port}", "--SMTP_FROM=alerts@dawsos.test", "--SMTP_SECURITY=none",
        ]);
        await DawsHost.StartAsync(app, CancellationToken.None);
        var scale = new AlertScale(app, directory, sink);
        await using var connection = await scale.Database.OpenAsync(CancellationToken.None);
        scale._caller = new Caller(await connection.QuerySingleAsync<Guid>("SELECT id FROM users"), Role.Admin);
        Say("database", scale.Database.Dialect.ToString());
        return scale;
    }

    // Every rule cools down, so that a tick shows what nominating and deciding cost, and not what firing does.
    private async Task MillionAsync(int rules)
    {
        await IngestAsync(Enumerable.Range(0, Series).Select(s => ($"M{s}", 100m)));
        var started = Stopwatch.GetTimestamp();
        await AlertScaleRules.InsertAsync(Database, _caller.UserId, rules, Series);
        Say($"{rules} rules in bulk", Stopwatch.GetElapsedTime(started), rules);
        await MaintainAsync();

        var random = new Random(20261125);
        for (var round = 0; round < 10; round++)
        {
            // The first rounds warm up: a new connection's first touch of each page costs a page fault. Every series moves by half a percent, and then back.
            var move = round % 2 == 0 ? 1 : -1;
            await TickAsync($"one tick of {Series} series ±0.5 %", Enumerable.Range(0, Series)
                .Select(s => ($"M{s}", 100m + ((round % 2 == 0 ? random.Next(2) == 0 ? 0.5m : -0.5m : 0) * move))));
        }
        for (var round = 0; round < 4; round++)
        {
            await TickAsync("one tick of one series", [("M7", round % 2 == 0 ? 100.5m : 100m)]);
        }
        Say("managed heap with idle rules", $"{GC.GetTotalMemory(forceFullCollection: true) >> 20} MB");
    }

    private async Task FireAsync(int rounds)
    {
        await AlertScaleRules.InsertArmedAsync(Database, _caller.UserId, "F", Firing, email: false);
        for (var round = 0; round < rounds; round++)
        {
            await IngestAsync([("F", 0m)]);
            await AgeAsync("F", days: rounds + 2 - round);
            var (before, started) = (await CountsAsync(), Stopwatch.GetTimestamp());
            var result = await IngestAsync([("F", 1_000_000m)]);
            var elapsed = Stopwatch.GetElapsedTime(started);
            var after = await CountsAsync();
            Say($"one ingest that fires {result.AlertsFired}, {before.Firings} before", elapsed, result.AlertsFired);
            if (result.AlertsFired != Firing || after != (before.Firings + Firing, before.Deliveries + Firing, before.Notifications + Firing))
            {
                throw new InvalidOperationException($"The ledger does not balance: {before} and {Firing} more are not {after}.");
            }
            // Awaited each time, or the next round would be measured beside this one's reminders.
            while (await ScalarAsync<long>("SELECT count(*) FROM OrleansRemindersTable") < Firing)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
            }
            Say($"{Firing} reminders behind it", Stopwatch.GetElapsedTime(started), Firing);
            Say("managed heap", $"{GC.GetTotalMemory(forceFullCollection: true) >> 20} MB");
        }
    }

    private async Task MailAsync()
    {
        await AlertScaleRules.InsertArmedAsync(Database, _caller.UserId, "E", Mails, email: true);
        await IngestAsync([("E", 0m)]);
        var started = Stopwatch.GetTimestamp();
        await IngestAsync([("E", 1_000_000m)]);
        await SentAsync();
        Say($"{Mails} mails to a local sink", Stopwatch.GetElapsedTime(started), Mails);

        // All of them again, as retries that are due at the same moment.
        var due = TimeProvider.System.GetUtcNow();
        await using (var connection = await Database.OpenAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync(
                "UPDATE alert_deliveries SET status = 'retrying', delivered_at = NULL, next_attempt_at = @due WHERE channel = 'email'", new { due });
        }
        started = Stopwatch.GetTimestamp();
        _app.Services.GetRequiredService<SendLoop>().Nudge();
        await SentAsync();
        Say($"{Mails} due retries", Stopwatch.GetElapsedTime(started), Mails);
        await using var reader = await Database.OpenAsync(CancellationToken.None);
        var late = (await reader.QueryAsync<DateTimeOffset>("SELECT started_at FROM delivery_attempts WHERE number = 2")).Select(at => (at - due).TotalSeconds).Order().ToList();
        Say("lateness of due retries p50 / p99", string.Create(CultureInfo.InvariantCulture, $"{late[late.Count / 2]:0.00} s / {late[late.Count * 99 / 100]:0.00} s"));
        Say("distinct mails, received", $"{_sink.Received.Select(mail => mail.MessageId).Distinct().Count()}, {_sink.Received.Count}");
    }

    private async Task RemindAsync()
    {
        await AlertScaleRules.InsertRemindersAsync(Database, Reminders);
        var table = _app.Services.GetRequiredService<IReminderTable>();
        for (var round = 0; round < 3; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var rows = await table.ReadRows(0, 0);
            Say("one refresh with 100,000 cooling alerts", $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms for {rows.Reminders.Count} rows");
        }
    }

    private async Task TickAsync(string what, IEnumerable<(string, decimal)> values)
    {
        var started = Stopwatch.GetTimestamp();
        var batch = Batch(values);
        var outcome = await Database.WriteAsync(
            As.Job, session => IngestTransaction.RunAsync(
                session, _app.Services.GetRequiredService<EmailOptions>(), batch, IngestRules.Hash(batch), TimeProvider.System.GetUtcNow()),
            CancellationToken.None);
        var (whole, times) = (Stopwatch.GetElapsedTime(started), outcome.Decided.Times);
        Say(what, string.Create(
            CultureInfo.InvariantCulture,
            $"nominated {outcome.Decided.Made.Length} in {times.Nominate.TotalMilliseconds:0.0} ms, decided in {times.Decide.TotalMilliseconds:0.0} ms, written in {times.Write.TotalMilliseconds:0.0} ms; whole ingest {whole.TotalMilliseconds:0} ms"));
    }

    private async Task SentAsync()
    {
        while (await ScalarAsync<long>("SELECT count(*) FROM alert_deliveries WHERE channel = 'email' AND status <> 'delivered'") > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    // What fired stays in the ledger, that many days older, so that the gates pass; reminders go, so that those of the next round can be counted.
    private async Task AgeAsync(string series, int days)
    {
        var (instant, day) = Database.Dialect == Dialect.Postgres
            ? ("make_interval(days => @days)", "delivery_day - @days")
            : ("@days * 86400000000", "date(delivery_day, -@days || ' days')");
        await using (var connection = await Database.OpenAsync(CancellationToken.None))
        {
            await connection.ExecuteAsync(
                $"""
                UPDATE firings SET fired_at = fired_at - {instant} WHERE fired_at > @today;
                UPDATE alert_deliveries SET created_at = created_at - {instant}, delivered_at = delivered_at - {instant}, delivery_day = {day} WHERE created_at > @today;
                UPDATE notifications SET created_at = created_at - {instant}, delivered_at = delivered_at - {instant} WHERE created_at > @today;
                UPDATE alerts SET last_fired_at = last_fired_at - {instant}, cooldown_until = NULL, wake_at = NULL WHERE name = @series AND last_fired_at IS NOT NULL;
                DELETE FROM OrleansRemindersTable
                """,
                new { series, days, today = TimeProvider.System.GetUtcNow().AddDays(-1) }, commandTimeout: 600);
        }
        await MaintainAsync();
    }

    private async Task MaintainAsync()
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        // Dapper takes a text of one word for a stored procedure, hence the semicolon.
        await connection.ExecuteAsync(Database.Dialect == Dialect.Postgres ? "VACUUM ANALYZE" : "ANALYZE;", commandTimeout: 600);
    }

    private async Task<(long Firings, long Deliveries, long Notifications)> CountsAsync() => (
        await ScalarAsync<long>("SELECT count(*) FROM firings"), await ScalarAsync<long>("SELECT count(*) FROM alert_deliveries"),
        await ScalarAsync<long>("SELECT count(*) FROM notifications"));

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private IngestBatch Batch(IEnumerable<(string Series, decimal Value)> values)
    {
        var date = new DateOnly(1990, 1, 1).AddDays(_day++);
        return new IngestBatch(
            Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), _caller,
            [.. values.Select(v => new SeriesBatch(v.Series, ImmutableArray.Create(new Observation(date, v.Value))))]);
    }

    private Task<IngestResult> IngestAsync(IEnumerable<(string Series, decimal Value)> values)
    {
        var batch = Batch(values);
        return Grains.GetGrain<IIngestGrain>(_app.Services.GetRequiredService<GrainSlots>().Next()).IngestAsync(batch);
    }

    private static void Say(string what, TimeSpan elapsed, int count) =>
        Say(what, string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.00} s, {count / elapsed.TotalSeconds:0}/s"));

    private static void Say(string what, string figure) => Console.WriteLine($"{what,-44} {figure}");
}
