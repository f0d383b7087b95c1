using DawsOS.Harness;

namespace DawsOS.Http;

public sealed class RefusalPaceTests
{
    private readonly TestClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Who_is_refused_alone_is_told_at_once_and_those_beside_it_in_turn()
    {
        var pace = new RefusalPace(_clock, perSecond: 100);

        Assert.Equal([0, 10, 20], Turns(pace, 3));
        _clock.Advance(TimeSpan.FromMilliseconds(25));
        Assert.Equal([5], Turns(pace, 1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([0, 10], Turns(pace, 2));
    }

    [Fact]
    public void Nobody_waits_longer_than_five_seconds_and_the_line_does_not_grow_without_end()
    {
        var pace = new RefusalPace(_clock, perSecond: 100);

        Assert.All(Turns(pace, 10_000).Skip(500), turn => Assert.Equal(5_000, turn));
        _clock.Advance(RefusalPace.Longest);
        Assert.Equal([0], Turns(pace, 1));
    }

    [Fact]
    public async Task No_two_have_the_same_turn()
    {
        var pace = new RefusalPace(_clock, perSecond: 1_000);

        var turns = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Turns(pace, 500), TestContext.Current.CancellationToken)));

        Assert.Equal(2_000, turns.SelectMany(turn => turn).Distinct().Count());
    }

    private static List<double> Turns(RefusalPace pace, int count) => [.. Enumerable.Range(0, count).Select(_ => pace.TakeTurn().TotalMilliseconds)];
}
