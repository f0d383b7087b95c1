using DawsOS.Alerts;
using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Series;

/// <summary>History that is written anew under alerts whose truth depends on it.</summary>
public abstract class RevisionTests(AppFixture fixture)
{
    private static readonly int?[] Spans = [null, 2, 3];

    [Fact]
    public async Task An_older_date_that_makes_an_alert_true_fires_it_at_the_next_tick()
    {
        using var user = await AlertScenario.NewAsync(fixture.App);
        await user.CreateAsync(Alert(user, 30, clear: 27));
        await user.IngestAsync([Of(1, 29), Of(2, 28)]);

        // Since the 31 only the band: true, though no value of this tick crosses a boundary.
        var together = await user.IngestAsync([Of(1, 31), Of(3, 28.5m)]);

        using var other = await AlertScenario.NewAsync(fixture.App);
        await other.CreateAsync(Alert(other, 30, clear: 27));
        await other.IngestAsync([Of(1, 29), Of(2, 28)]);
        var revision = await other.IngestAsync([Of(1, 31)]);
        var tick = await other.IngestAsync([Of(3, 28.5m)]);

        Assert.Equal((1, 0, 1), (Fired(together), Fired(revision), Fired(tick)));
    }

    [Fact]
    public async Task After_every_tick_each_alert_stands_where_its_whole_history_says()
    {
        using var user = await AlertScenario.NewAsync(fixture.App);
        var random = new Random(20261128);
        var alerts = new List<(string Id, Leaf Leaf)>();
        for (var i = 0; i < 24; i++)
        {
            var threshold = random.Next(-5, 6);
            var alert = await user.CreateAsync(Alert(user, threshold, clear: i % 2 == 0 ? null : threshold - random.Next(1, 4), span: Spans[i % 3]));
            alerts.Add((AlertScenario.Id(alert), (Leaf)ConditionReader.Stored(alert.GetProperty("condition_json").GetRawText())));
        }
        var history = new SortedDictionary<int, decimal>(Comparer<int>.Create((a, b) => b - a));
        for (var step = 1; step <= 40; step++)
        {
            // One or two older dates, alone or with the tick.
            var written = Enumerable.Range(0, random.Next(0, 3)).Select(_ => Math.Max(0, step - random.Next(1, 5))).Append(step).Distinct()
                .ToDictionary(day => day, _ => (decimal)random.Next(-7, 8));
            foreach (var (day, value) in written)
            {
                history[day] = value;
            }
            if (random.Next(2) == 0)
            {
                await user.IngestAsync([.. written.Where(pair => pair.Key < step).Select(pair => Of(pair.Key, pair.Value)).DefaultIfEmpty(Of(0, history.GetValueOrDefault(0)))]);
                history.TryAdd(0, 0);
            }
            await user.IngestAsync([.. written.Select(pair => Of(pair.Key, pair.Value))]);

            var latched = await LatchedAsync(user);

            var newest = new Reading { SeriesId = user.Series, Value = history.First().Value };
            var data = new LeafData(newest, [.. history.Values], IsWhole: true);
            foreach (var (id, leaf) in alerts)
            {
                var truth = ConditionRules.Evaluate(leaf, _ => data, default, default).Truth;
                Assert.True(truth == latched[id], $"step {step}: {leaf} is {truth} on {string.Join(' ', history.Values)}, but stands at {latched[id]}");
            }
        }
    }

    private static object Of(int day, decimal value) => new { date = AlertScenario.Date(day), value };

    private static int Fired(Answer answer) => answer["alerts_fired"].GetInt32();

    private static object Alert(AlertScenario user, decimal threshold, decimal? clear = null, int? span = null)
    {
        var condition = new Dictionary<string, object> { ["type"] = "series", ["series_id"] = user.Series, ["op"] = ">", ["value"] = threshold };
        if (clear is not null)
        {
            condition["clear_value"] = clear;
        }
        if (span is not null)
        {
            condition["for"] = span;
        }
        return new { condition_json = condition, channels = new { inapp = true } };
    }

    private static async Task<Dictionary<string, bool>> LatchedAsync(AlertScenario user)
    {
        var caller = new Accounts.Caller(Guid.Parse(await user.ReadIdAsync()), Accounts.Role.User);
        var (items, _) = await user.App.Services.GetRequiredService<AlertStore>()
            .ListAsync(caller, null, "", "", user.App.Clock.GetUtcNow(), 1000, 0, TestContext.Current.CancellationToken);
        return items.ToDictionary(a => a.Id.ToString(), a => a.Latched);
    }
}

public sealed class RevisionOnSqliteTests(SqliteApp app) : RevisionTests(app), IClassFixture<SqliteApp>;

public sealed class RevisionOnPostgresTests(PostgresApp app) : RevisionTests(app), IClassFixture<PostgresApp>;
