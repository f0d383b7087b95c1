using System.Globalization;

using DawsOS.Harness;

namespace DawsOS.Demo;

public sealed class DemoDataTests
{
    [Fact]
    public void The_history_stays_below_the_threshold_that_the_replay_crosses()
    {
        var history = Values("VIXCLS").ToList();
        var replay = DemoData.Replay();

        Assert.InRange(history.Count, 252, 400);
        Assert.All(history, row => Assert.True(row.Value < 30));
        Assert.True(replay[0].Value <= 30);
        Assert.Contains(replay, row => row.Value > 30);
        Assert.All(replay, row => Assert.True(string.CompareOrdinal(row.Date, history[^1].Date) > 0));
    }

    [Fact]
    public void Every_sample_is_in_the_program_and_called_synthetic()
    {
        var readme = File.ReadAllText(Path.Combine(TestEnvironment.Root, "src", "DawsOS.Host", "Demo", "README.md"));

        Assert.Contains("synthetic", readme, StringComparison.Ordinal);
        Assert.All(DemoData.SeriesIds, id =>
        {
            Assert.StartsWith($"DATE,{id}\n", DemoData.Csv(id), StringComparison.Ordinal);
            Assert.Contains($"`{id}.csv`", readme, StringComparison.Ordinal);
        });
    }

    private static IEnumerable<(string Date, decimal Value)> Values(string id) =>
        DemoData.Csv(id).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split(','))
            .Where(cells => cells[1] != ".")
            .Select(cells => (cells[0], decimal.Parse(cells[1], CultureInfo.InvariantCulture)));
}
