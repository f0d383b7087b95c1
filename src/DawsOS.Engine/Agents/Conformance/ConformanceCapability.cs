using System.Runtime.InteropServices;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Agents.Conformance;

/// <summary>A capability for black-box tests of the engine: there only with CONFORMANCE_AGENT=true.</summary>
internal abstract class ConformanceCapability<TArgs>(string name, string description, string agent = "conformance")
    : Capability<TArgs>(name, agent, description), IConformance
    where TArgs : class
{
    // A part of canonical arguments is canonical itself.
    protected static CapabilityResult Answer(JsonElement part) => Answer(new CanonicalValue(JsonMarshal.GetRawUtf8Value(part).ToArray()));

    protected static CapabilityResult Answer(CanonicalValue value) => new(value, Provenance.Computed, [], null, null, [], null);
}

/// <summary>Marks what is not for production.</summary>
internal interface IConformance;

internal sealed record ValueArgs
{
    public required JsonElement V { get; init; }
}
