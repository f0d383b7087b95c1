using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Storage;

/// <summary>Reminders through Orleans' own provider on our statements (the reminder keys of OrleansQuery).</summary>
public abstract class ReminderTableTests(AppFixture fixture)
{
    // To the microsecond, which is what both databases keep, and inside an hour that some time zones have twice.
    private static readonly DateTime Start = new DateTime(2026, 10, 25, 1, 30, 0, DateTimeKind.Utc).AddMicroseconds(123_456);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IReminderTable Table => fixture.App.Services.GetRequiredService<IReminderTable>();

    [Fact]
    public async Task A_reminder_is_read_as_it_was_registered()
    {
        var grain = NewGrain("register");
        Assert.Null(await Table.ReadRow(grain, "wake", Token));
        var etag = await UpsertAsync(grain, "wake", Start, TimeSpan.FromMinutes(5));

        var read = (await Table.ReadRow(grain, "wake", Token))!;

        Assert.Equal((grain, "wake", Start, TimeSpan.FromMinutes(5), etag), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Equal(DateTimeKind.Utc, read.StartAt.Kind);
    }

    [Fact]
    public async Task An_update_replaces_it_and_changes_its_version()
    {
        var grain = NewGrain("update");
        var first = await UpsertAsync(grain, "wake", Start, TimeSpan.FromMinutes(5));
        var second = await UpsertAsync(grain, "wake", Start.AddDays(100), TimeSpan.FromDays(60));
        await UpsertAsync(grain, "other", Start, TimeSpan.FromMinutes(1));

        var rows = (await Table.ReadRows(grain, Token)).Reminders;

        Assert.NotEqual(first, second);
        Assert.Equal(["other", "wake"], rows.Select(row => row.ReminderName).Order(StringComparer.Ordinal));
        var wake = rows.Single(row => row.ReminderName == "wake");
        Assert.Equal((Start.AddDays(100), TimeSpan.FromDays(60), second), (wake.StartAt, wake.Period, wake.ETag));
    }

    [Fact]
    public async Task It_is_removed_only_in_the_version_that_was_read()
    {
        var grain = NewGrain("remove");
        var first = await UpsertAsync(grain, "wake", Start, TimeSpan.FromMinutes(5));
        var second = await UpsertAsync(grain, "wake", Start, TimeSpan.FromMinutes(5));

        Assert.False(await Table.RemoveRow(grain, "wake", first, Token));
        Assert.NotNull(await Table.ReadRow(grain, "wake", Token));
        Assert.True(await Table.RemoveRow(grain, "wake", second, Token));
        Assert.False(await Table.RemoveRow(grain, "wake", second, Token));
        Assert.Null(await Table.ReadRow(grain, "wake", Token));
    }

    [Fact]
    public async Task A_range_holds_what_lies_behind_its_begin_up_to_its_end_also_around_the_ring()
    {
        var type = $"range-{Guid.CreateVersion7():N}";
        var grains = Enumerable.Range(0, 40).Select(i => GrainId.Create(type, $"{i}")).ToList();
        foreach (var grain in grains)
        {
            await UpsertAsync(grain, "wake", Start, TimeSpan.FromMinutes(5));
        }
        var hashes = grains.Select(grain => grain.GetUniformHashCode()).Order().ToList();
        Assert.Contains(hashes, hash => hash > int.MaxValue);

        foreach (var (begin, end) in new[]
        {
            (hashes[3], hashes[20]), (hashes[20], hashes[3]), (hashes[0], hashes[39]), (hashes[39], hashes[0]), (0u, uint.MaxValue),
            (uint.MaxValue, 0u), (0u, 1u << 31), (1u << 31, 0u), (hashes[7], hashes[8]), (hashes[8], hashes[7]),
        })
        {
            var expected = grains.Where(grain => InRange(grain.GetUniformHashCode(), begin, end));
            var rows = (await Table.ReadRows(begin, end, Token)).Reminders.Select(row => row.GrainId).Where(grain => grain.Type.ToString() == type);

            Assert.Equal(expected.Order(), rows.Order());
        }
    }

    private static GrainId NewGrain(string type) => GrainId.Create(type, Guid.CreateVersion7().ToString("N"));

    private static bool InRange(uint hash, uint begin, uint end) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private async Task<string> UpsertAsync(GrainId grain, string name, DateTime start, TimeSpan period) =>
        (await Table.UpsertRow(new ReminderEntry { GrainId = grain, ReminderName = name, StartAt = start, Period = period }, Token))!;
}

public sealed class ReminderTableOnSqliteTests(SqliteApp fixture) : ReminderTableTests(fixture), IClassFixture<SqliteApp>;

public sealed class ReminderTableOnPostgresTests(PostgresApp fixture) : ReminderTableTests(fixture), IClassFixture<PostgresApp>;
