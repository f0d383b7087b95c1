using System.Collections.Frozen;

using DawsOS.Agents.Conformance;
using DawsOS.Storage;

namespace DawsOS.Agents;

/// <summary>Every capability by name.</summary>
internal sealed class CapabilityRegistry
{
    private readonly FrozenDictionary<string, Capability> _byName;

    /// <exception cref="StartupException">Names every capability that is there twice.</exception>
    public CapabilityRegistry(IEnumerable<Capability> capabilities)
    {
        var groups = capabilities.GroupBy(capability => capability.Name, StringComparer.Ordinal).ToList();
        var twice = groups.Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} ({string.Join(", ", group.Select(capability => capability.GetType().Name))})")
            .Order(StringComparer.Ordinal).ToList();
        if (twice.Count > 0)
        {
            throw new StartupException($"Capability names are used twice: {string.Join("; ", twice)}. Rename all but one of each.");
        }
        _byName = groups.ToFrozenDictionary(group => group.Key, group => group.Single(), StringComparer.Ordinal);
    }

    public Capability? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>All, in order of their names.</summary>
    public IEnumerable<Capability> All => _byName.Values.OrderBy(capability => capability.Name, StringComparer.Ordinal);

    /// <summary>The concrete capabilities of this assembly; those for black-box tests only when asked for.</summary>
    public static IEnumerable<Type> Discover(bool conformance) => typeof(CapabilityRegistry).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Capability)) && (conformance || !type.IsAssignableTo(typeof(IConformance))));
}
