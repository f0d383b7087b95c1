using System.Collections.Immutable;

using DawsOS.Agents;
using DawsOS.Storage;

namespace DawsOS.Patterns;

/// <summary>
/// Every pattern that can be run: those that come with the program, then those of PATTERNS_PATH. Readers see one whole set; a reload puts another
/// in its place.
/// </summary>
internal sealed class PatternCatalogue
{
    private static readonly ImmutableSortedDictionary<string, PatternDefinition> None = ImmutableSortedDictionary.Create<string, PatternDefinition>(StringComparer.Ordinal);
    private readonly CapabilityRegistry _capabilities;
    private readonly ImmutableSortedDictionary<string, PatternDefinition> _builtIn;

    // By file: the last good version of each.
    private ImmutableDictionary<string, PatternDefinition> _added = ImmutableDictionary.Create<string, PatternDefinition>(StringComparer.Ordinal);
    private volatile ImmutableSortedDictionary<string, PatternDefinition> _byId;

    /// <exception cref="StartupException">Lists every fault of every file that comes with the program.</exception>
    public PatternCatalogue(IEnumerable<PatternFile> builtIn, CapabilityRegistry capabilities)
    {
        _capabilities = capabilities;
        var (read, findings) = Read(capabilities, builtIn, None);
        if (findings.Count > 0)
        {
            throw new StartupException($"Pattern definitions are wrong, correct them:{string.Concat(findings.Select(finding => $"\n  {finding}"))}");
        }
        _byId = _builtIn = None.AddRange(read.Values.Select(pattern => KeyValuePair.Create(pattern.Id, pattern)));
    }

    /// <summary>In order of their ids.</summary>
    public IEnumerable<PatternDefinition> All => _byId.Values;

    public PatternDefinition? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// Takes the files of PATTERNS_PATH as they are now: good ones go live at once, the last good version of a bad one stays, what is gone goes.
    /// Called by one at a time.
    /// </summary>
    /// <returns>What is wrong with the others.</returns>
    public IReadOnlyList<PatternFinding> Replace(IReadOnlyCollection<PatternFile> files)
    {
        var (read, findings) = Read(_capabilities, files, _builtIn);
        var added = files.Select(file => (file.Name, Pattern: read.GetValueOrDefault(file.Name) ?? _added.GetValueOrDefault(file.Name)))
            .Where(pair => pair.Pattern is not null).ToImmutableDictionary(pair => pair.Name, pair => pair.Pattern!, StringComparer.Ordinal);
        _added = added;
        // A last good version may have an id that another file has taken since: the newer file wins.
        var live = _builtIn.ToBuilder();
        foreach (var (file, pattern) in added.OrderBy(pair => read.ContainsKey(pair.Key)).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            live[pattern.Id] = pattern;
        }
        _byId = live.ToImmutable();
        return findings;
    }

    /// <summary>What is wrong with these files beside what is there.</summary>
    public IReadOnlyList<PatternFinding> Check(IReadOnlyCollection<PatternFile> files) => Read(_capabilities, files, _builtIn).Findings;

    private static (Dictionary<string, PatternDefinition> ByFile, List<PatternFinding> Findings) Read(
        CapabilityRegistry capabilities, IEnumerable<PatternFile> files, ImmutableSortedDictionary<string, PatternDefinition> taken)
    {
        var byFile = new Dictionary<string, PatternDefinition>(StringComparer.Ordinal);
        var fileOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var findings = new List<PatternFinding>();
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var (pattern, faults) = PatternReader.Read(capabilities, file);
            findings.AddRange(faults);
            if (pattern is null)
            {
                continue;
            }
            if (taken.ContainsKey(pattern.Id) || !fileOf.TryAdd(pattern.Id, file.Name))
            {
                var other = fileOf.GetValueOrDefault(pattern.Id) ?? "the program itself";
                var (line, column) = new JsonPositions(file.Json).Of("/id", ofKey: false);
                findings.Add(new PatternFinding(file.Name, line, column, "/id", "E_DUP", $"The pattern '{pattern.Id}' is defined by {other} already."));
                continue;
            }
            byFile.Add(file.Name, pattern);
        }
        return (byFile, findings);
    }
}
