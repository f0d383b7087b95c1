using System.Text;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Macro;

/// <summary>What a capability that computes on histories does with them, whatever the formula.</summary>
public sealed class SeriesComputationTests
{
    [Theory]
    [InlineData("""{"series":[{"series_id":"A","dates":["2020-01-02","2020-01-01"],"values":[1,2]}]}""")]
    [InlineData("""{"series":[{"series_id":"A","dates":["2020-01-01","2020-01-01"],"values":[1,2]}]}""")]
    [InlineData("""{"series":[{"series_id":"A","dates":["2020-01-01"],"values":[]}]}""")]
    [InlineData("""{"series":[{"series_id":"A","dates":null,"values":[]}]}""")]
    [InlineData("""{"series":[null]}""")]
    public async Task A_history_out_of_order_is_the_callers_mistake(string args) =>
        await Assert.ThrowsAsync<RejectedException>(() => InvokeAsync(new SeriesStatistics(new ComputePool()), args));

    [Fact]
    public async Task Large_arguments_give_the_same_answer_in_the_pool_as_small_ones_in_the_turn()
    {
        var capability = new SeriesStatistics(new ComputePool());
        var history = """{"dates":["2020-01-01"],"series_id":"A","values":[1]}""";
        var many = string.Join(',', Enumerable.Repeat(history, 1 + (Computation<SeriesStatistics.Args, object>.MaxInlineBytes / history.Length)));

        var one = await InvokeAsync(capability, $$"""{"series":[{{history}}]}""");
        var all = await InvokeAsync(capability, $$"""{"series":[{{many}}]}""");

        Assert.StartsWith(one.Value.ToString()[..^1], all.Value.ToString(), StringComparison.Ordinal);
        Assert.Equal((one.Asof, one.Provenance), (all.Asof, all.Provenance));
        await Assert.ThrowsAsync<RejectedException>(() => InvokeAsync(capability, $$"""{"series":[{{many}},{}]}"""));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => capability.InvokeAsync(Call(capability, $$"""{"series":[{{many}}]}"""), new CancellationToken(canceled: true)));
    }

    private static async Task<CapabilityResult> InvokeAsync(Capability capability, string args) =>
        await capability.InvokeAsync(Call(capability, args), TestContext.Current.CancellationToken);

    private static CapabilityCall Call(Capability capability, string args) =>
        new(new Caller(Guid.Empty, Role.User), capability.Name, new CanonicalValue(Encoding.UTF8.GetBytes(args)), "SERIES_2026-01-01_1");
}
