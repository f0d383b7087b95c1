using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Storage;

namespace DawsOS.Patterns;

/// <summary>Every pattern that can be run.</summary>
internal sealed class PatternCatalogue
{
    private readonly ImmutableSortedDictionary<string, PatternDefinition> _byId;

    /// <exception cref="StartupException">Lists every fault of every file.</exception>
    public PatternCatalogue(IEnumerable<PatternFile> files, CapabilityRegistry capabilities)
    {
        var findings = new List<PatternFinding>();
        var patterns = new Dictionary<string, PatternDefinition>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var (pattern, faults) = PatternReader.Read(capabilities, file);
            findings.AddRange(faults);
            if (pattern is not null && !patterns.TryAdd(pattern.Id, pattern))
            {
                findings.Add(new PatternFinding(file.Name, "/id", "E_DUP", $"Another file defines '{pattern.Id}' too."));
            }
        }
        if (findings.Count > 0)
        {
            throw new StartupException($"Pattern definitions are wrong, correct them:{string.Concat(findings.Select(finding => $"\n  {finding}"))}");
        }
        _byId = patterns.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>In order of their ids.</summary>
    public IEnumerable<PatternDefinition> All => _byId.Values;

    public PatternDefinition? Find(string id) => _byId.GetValueOrDefault(id);
}
