using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Metrics;

using Prometheus;

namespace DawsOS.Patterns;

/// <summary>What every run of a definition shares: who waits for whom, and the meters of its steps.</summary>
internal sealed class PatternPlan
{
    public PatternPlan(PatternDefinition pattern, CapabilityRegistry capabilities, PatternMetrics metrics, IGrainFactory grains)
    {
        Pattern = pattern;
        Capabilities = [.. pattern.Steps.Select(step => capabilities.Find(step.Capability)!)];
        Versions = pattern.Steps.Zip(Capabilities, (step, capability) => (step.Capability, capability.Version)).Distinct()
            .ToImmutableSortedDictionary(pair => pair.Capability, pair => pair.Version, StringComparer.Ordinal);
        // Making a reference costs more than calling it: Orleans looks the interface's attributes up each time.
        AgentGrains = [.. pattern.Steps.Select(step => grains.GetGrain<IAgentGrain>(step.Agent))];
        Agents = [.. pattern.Steps.Select(step => step.Agent).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        DigestHead = $"{{\"capabilities\":{CanonicalJson.Of(Versions)},\"context\":\"";
        Meters = [.. pattern.Steps.Select(step => metrics.StepMeter(pattern.Id, step.Index, step.Capability))];
        Dependents = [.. pattern.Steps.Select(step => pattern.Steps.Where(other => other.Needs.Contains(step.Index)).Select(other => other.Index).ToImmutableArray())];
        ChartsStep = pattern.Steps.FirstOrDefault(step => step.As == "charts")?.Index;
    }

    public PatternDefinition Pattern { get; }

    /// <summary>By step.</summary>
    public ImmutableArray<Capability> Capabilities { get; }

    public ImmutableSortedDictionary<string, int> Versions { get; }

    /// <summary>By step: who carries it out.</summary>
    public ImmutableArray<IAgentGrain> AgentGrains { get; }

    /// <summary>Of all steps, sorted.</summary>
    public ImmutableArray<string> Agents { get; }

    /// <summary>What the digests of all its runs begin with: canonical JSON, up to the digest of the context.</summary>
    public string DigestHead { get; }

    /// <summary>By step: seconds until it ended.</summary>
    public ImmutableArray<IObserver> Meters { get; }

    /// <summary>By step: the steps that need it, rising.</summary>
    public ImmutableArray<ImmutableArray<int>> Dependents { get; }

    /// <summary>The step whose value is the run's charts.</summary>
    public int? ChartsStep { get; }
}

/// <summary>Keeps a plan for as long as its definition lives.</summary>
internal sealed class PatternPlans(CapabilityRegistry capabilities, PatternMetrics metrics, IGrainFactory grains)
{
    private readonly ConditionalWeakTable<PatternDefinition, PatternPlan> _plans = [];

    public PatternPlan Of(PatternDefinition pattern) => _plans.GetValue(pattern, Make);

    private PatternPlan Make(PatternDefinition pattern) => new(pattern, capabilities, metrics, grains);
}
