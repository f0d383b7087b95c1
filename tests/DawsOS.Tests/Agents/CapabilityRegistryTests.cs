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
    public void Capabilities_are_found_by_their_type_and_those_for_black_box_tests_only_when_asked_for()
    {
        var ours = CapabilityRegistry.Discover(conformance: false).ToList();

        Assert.Contains(typeof(Macro.GetSeries), ours);
        Assert.DoesNotContain(ours, type => type.IsAssignableTo(typeof(IConformance)));
        Assert.Contains(typeof(Echo), CapabilityRegistry.Discover(conformance: true));
    }
}
