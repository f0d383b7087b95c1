using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Reads one definition strictly. Every fault is reported with its place; a definition with faults is none.</summary>
internal sealed partial class PatternReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = UnfitValues.MaxDepth, AllowDuplicateProperties = false };

    private static readonly string[] Keys =
    [
        "id", "name", "description", "version", "category", "tags", "author", "created", "inputs", "steps", "outputs", "display", "presentation",
        "rights_required", "timeout_ms",
    ];

    private readonly CapabilityRegistry _capabilities;
    private readonly DefinitionFaults _faults;

    private PatternReader(CapabilityRegistry capabilities, DefinitionFaults faults)
    {
        _capabilities = capabilities;
        _faults = faults;
    }

    /// <summary>The definition, or null with what is wrong.</summary>
    public static (PatternDefinition? Definition, IReadOnlyList<PatternFinding> Findings) Read(CapabilityRegistry capabilities, PatternFile file)
    {
        if (file.Unreadable is { } reason)
        {
            return (null, [new PatternFinding(file.Name, 1, 1, "", "E_JSON", $"The file cannot be read: {reason}")]);
        }
        if (file.Json.Length > PatternFile.MaxBytes)
        {
            return (null, [new PatternFinding(file.Name, 1, 1, "", "E_LIMIT", $"A definition has at most {PatternFile.MaxBytes:N0} bytes, this one has {file.Json.Length:N0}.")]);
        }
        var values = UnfitValues.Find(file.Json);
        var faults = new DefinitionFaults(file.Name, values.Json);
        faults.Unfit(values.Found);
        if (values.Broken is { } broken)
        {
            faults.NotJson(broken);
            return (null, faults.All);
        }
        try
        {
            using var document = JsonDocument.Parse(values.Json.AsMemory(values.Json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), Strict);
            var digest = CanonicalJson.Of(document.RootElement).Sha256;
            var definition = new PatternReader(capabilities, faults).Read(document.RootElement, digest);
            return (faults.Any ? null : definition, faults.All);
        }
        catch (JsonException)
        {
            // It is JSON, as was seen above, so a key is there twice: which of the two is meant nobody knows, and nothing else can be said.
            faults.NotJson(null);
            return (null, faults.All);
        }
    }

    private PatternDefinition? Read(JsonElement root, string digest)
    {
        if (!_faults.IsObject(root, "", Keys))
        {
            return null;
        }
        var id = _faults.Name(root, "", "id", required: true);
        var name = _faults.Text(root, "", "name", required: true);
        var inputs = new InputReader(_faults).ReadAll(root);
        var reader = new StepReader(_faults, _capabilities, inputs);
        var steps = reader.ReadAll(root);
        return new PatternDefinition
        {
            Id = id ?? "",
            Name = name ?? "",
            Description = _faults.Text(root, "", "description"),
            Version = _faults.Text(root, "", "version"),
            Category = _faults.Text(root, "", "category"),
            Author = _faults.Text(root, "", "author"),
            Created = _faults.Text(root, "", "created"),
            Tags = [.. _faults.Texts(root, "", "tags")],
            Presentation = Presentation(root),
            Inputs = inputs,
            InputsAsWritten = root.TryGetProperty("inputs", out var written) ? CanonicalJson.Of(written) : new CanonicalValue("{}"u8.ToArray()),
            Steps = steps,
            Outputs = Outputs(root, reader.Names),
            Display = DisplayReader.Read(_faults, root),
            RightsRequired = Rights(root),
            Timeout = _faults.Number(root, "", "timeout_ms", 1, 30_000, whole: true) is { } ms ? TimeSpan.FromMilliseconds(ms) : TimeSpan.FromSeconds(30),
            Digest = digest,
        };
    }

    private ImmutableArray<string> Outputs(JsonElement root, string[] names)
    {
        if (!root.TryGetProperty("outputs", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            _faults.Add(
                "/outputs", "E_TYPE",
                list.ValueKind == JsonValueKind.Object
                    ? "'outputs' must be an array of step names; panels go into 'display'."
                    : "'outputs' is required: an array of step names.");
            return [];
        }
        var known = names.ToHashSet(StringComparer.Ordinal);
        var outputs = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (index, output) in list.EnumerateArray().Index())
        {
            var name = output.ValueKind == JsonValueKind.String ? output.GetString()! : null;
            if (name is null || !known.Contains(name))
            {
                _faults.Unknown($"/outputs/{index}", "E_REF", () => "No step has this name.", name ?? "", names);
            }
            else if (!outputs.Add(name))
            {
                _faults.Add($"/outputs/{index}", "E_DUP", $"'{name}' is an output already.");
            }
        }
        return [.. outputs];
    }

    private CanonicalValue? Presentation(JsonElement root)
    {
        if (!root.TryGetProperty("presentation", out var presentation))
        {
            return null;
        }
        if (presentation.ValueKind == JsonValueKind.Object)
        {
            return CanonicalJson.Of(presentation);
        }
        _faults.Add("/presentation", "E_TYPE", "'presentation' must be an object.");
        return null;
    }

    private ImmutableArray<string> Rights(JsonElement root)
    {
        var rights = _faults.Texts(root, "", "rights_required");
        var known = PermissionRules.Of(Role.Admin);
        foreach (var (index, right) in rights.Index().Where(entry => !known.Contains(entry.Item)))
        {
            _faults.Unknown(
                $"/rights_required/{index}", "E_REF", () => $"There is no permission '{DefinitionFaults.Short(right)}'; known are {string.Join(", ", known)}.", right, known);
        }
        return [.. rights];
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z")]
    internal static partial Regex NamePattern();
}
