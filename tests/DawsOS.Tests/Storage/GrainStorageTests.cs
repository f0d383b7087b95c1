using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Storage;

namespace DawsOS.Storage;

/// <summary>Grain state through Orleans' own provider on our statements (the persistence keys of OrleansQuery).</summary>
public abstract class GrainStorageTests(AppFixture fixture)
{
    private const string StateName = "sample";

    private IGrainStorage Storage => fixture.App.Services.GetRequiredKeyedService<IGrainStorage>(Hosting.Silo.StorageName);

    [Fact]
    public async Task What_was_never_written_is_not_there()
    {
        var state = await ReadAsync(NewGrain());

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
    }

    [Fact]
    public async Task What_is_written_is_read_and_each_write_has_a_new_version()
    {
        var grain = NewGrain();
        var text = "ä \u2028 'quoted' " + new string('x', 300_000);
        var state = await WriteAsync(grain, text, new GrainState<Sample>());
        Assert.Equal("1", state.ETag);
        await WriteAsync(grain, text, state);

        var read = await ReadAsync(grain);

        Assert.True(read.RecordExists);
        Assert.Equal((text, "2"), (read.State!.Text, read.ETag));
    }

    [Fact]
    public async Task Grains_are_told_apart_by_every_part_of_their_identity()
    {
        var id = Guid.CreateVersion7().ToString("N");
        GrainId[] grains =
        [
            GrainId.Create("contract-a", id), GrainId.Create("contract-a", id + "x"), GrainId.Create("contract-a", id + "X"),
            GrainId.Create(GrainType.Create("contract-a"), GrainIdKeyExtensions.CreateIntegerKey(7, id)),
            GrainId.Create(GrainType.Create("contract-a"), GrainIdKeyExtensions.CreateGuidKey(Guid.ParseExact(id, "N"), "extension")),
        ];
        for (var i = 0; i < grains.Length; i++)
        {
            await WriteAsync(grains[i], $"{i}", new GrainState<Sample>());
        }

        for (var i = 0; i < grains.Length; i++)
        {
            Assert.Equal($"{i}", (await ReadAsync(grains[i])).State!.Text);
        }
    }

    [Fact]
    public async Task Whoever_read_before_the_last_write_cannot_write()
    {
        var grain = NewGrain();
        var first = await WriteAsync(grain, "first", new GrainState<Sample>());
        var stale = await ReadAsync(grain);
        await WriteAsync(grain, "second", first);

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(grain, "lost", stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => ClearAsync(grain, stale));

        var read = await ReadAsync(grain);
        Assert.Equal(("second", "2"), (read.State!.Text, read.ETag));
    }

    [Fact]
    public async Task Of_several_first_writers_one_wins()
    {
        var grain = NewGrain();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            try
            {
                await WriteAsync(grain, $"{i}", new GrainState<Sample>());
                return $"{i}";
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        }));

        var winner = Assert.Single(outcomes, outcome => outcome is not null);
        var read = await ReadAsync(grain);
        Assert.Equal((winner, "1"), (read.State!.Text, read.ETag));
    }

    [Fact]
    public async Task A_cleared_state_is_gone_and_can_be_written_again()
    {
        var grain = NewGrain();
        var state = await WriteAsync(grain, "before", new GrainState<Sample>());
        await ClearAsync(grain, state);

        var cleared = await ReadAsync(grain);
        Assert.False(cleared.RecordExists);
        Assert.Equal("", cleared.State!.Text);

        await WriteAsync(grain, "after", cleared);
        Assert.Equal("after", (await ReadAsync(grain)).State!.Text);
    }

    private static GrainId NewGrain() => GrainId.Create("contract", Guid.CreateVersion7().ToString("N"));

    private async Task<GrainState<Sample>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<Sample>();
        await Storage.ReadStateAsync(StateName, grain, state);
        return state;
    }

    private async Task<GrainState<Sample>> WriteAsync(GrainId grain, string text, GrainState<Sample> state)
    {
        state.State = new Sample { Text = text };
        await Storage.WriteStateAsync(StateName, grain, state);
        return state;
    }

    private Task ClearAsync(GrainId grain, GrainState<Sample> state) => Storage.ClearStateAsync(StateName, grain, state);

    [GenerateSerializer, Alias("daws.test.sample")]
    public sealed class Sample
    {
        [Id(0)]
        public string Text { get; set; } = "";
    }
}

public sealed class GrainStorageOnSqliteTests(SqliteApp fixture) : GrainStorageTests(fixture), IClassFixture<SqliteApp>;

public sealed class GrainStorageOnPostgresTests(PostgresApp fixture) : GrainStorageTests(fixture), IClassFixture<PostgresApp>;
