using DawsOS.Agents.Conformance;
using DawsOS.Storage;

namespace DawsOS.Agents;

public sealed class CapabilityRegistryTests
{
    [Fact]
    public void A_name_used_twice_stops_the_start_and_is_named() => Assert.Equal(
        "Capability names are used twice: t.echo (Echo, Echo). Rename all but one of each.",
        Assert.Throws<StartupException>(() => new CapabilityRegistry([new Echo(), new ThrowCapability(), new Echo()])).Message);

    [Fact]
    public void The_capabilities_of_the_program_are_found_by_their_type() => Assert.Equal(
        ["GetSeries", "SeriesCharts", "SeriesStatistics"], CapabilityRegistry.Discover(conformance: false).Select(type => type.Name).Order());
}
