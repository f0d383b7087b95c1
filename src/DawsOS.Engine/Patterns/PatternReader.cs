using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Reads one definition strictly. Every fault is reported; a definition with faults is none.</summary>
internal sealed partial class PatternReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly string[] Reserved = [ReferencePath.Inputs, ReferencePath.Context, "state"];
    private readonly CapabilityRegistry _capabilities;
    private readonly string _file;
    private readonly List<PatternFinding> _findings = [];
    private ImmutableArray<InputDefinition> _inputs = [];
    private string[] _stepNames = [];

    private PatternReader(CapabilityRegistry capabilities, string file)
    {
        _capabilities = capabilities;
        _file = file;
    }

    /// <summary>The definition, or null with what is wrong.</summary>
    public static (PatternDefinition? Definition, IReadOnlyList<PatternFinding> Findings) Read(CapabilityRegistry capabilities, PatternFile file)
    {
        var reader = new PatternReader(capabilities, file.Name);
        try
        {
            var bytes = file.Json.AsMemory(file.Json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
            using var document = JsonDocument.Parse(bytes, Strict);
            // Also finds texts and numbers that have no canonical form.
            CanonicalJson.Write(document.RootElement);
            var definition = reader.Pattern(document.RootElement);
            return (reader._findings.Count == 0 ? definition : null, reader._findings);
        }
        // InvalidOperationException is what System.Text.Json throws for half a surrogate pair.
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            reader.Report("", "E_JSON", e.Message);
            return (null, reader._findings);
        }
    }

    private PatternDefinition? Pattern(JsonElement root)
    {
        if (!IsObject(root, "", "id", "name", "description", "version", "category", "inputs", "steps", "outputs", "display"))
        {
            return null;
        }
        var id = Name(root, "", "id", required: true);
        var name = Text(root, "", "name", required: true);
        _inputs = new InputReader(Report).ReadAll(root);
        var steps = Steps(root);
        var outputs = Outputs(root);
        var display = Display(root);
        return new PatternDefinition
        {
            Id = id ?? "",
            Name = name ?? "",
            Description = Text(root, "", "description"),
            Version = Text(root, "", "version"),
            Category = Text(root, "", "category"),
            Inputs = _inputs,
            InputsAsWritten = root.TryGetProperty("inputs", out var inputs) ? CanonicalJson.Of(inputs) : new CanonicalValue("{}"u8.ToArray()),
            Steps = steps,
            Outputs = outputs,
            Display = display,
            Digest = CanonicalJson.Of(root).Sha256,
        };
    }

    private ImmutableArray<StepDefinition> Steps(JsonElement root)
    {
        if (!root.TryGetProperty("steps", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            Report("/steps", "E_TYPE", "'steps' is required: an array with at least one step.");
            return [];
        }
        // All names first: a reference to a later step is another fault than one to nothing.
        _stepNames = [.. list.EnumerateArray().Select(StepName)];
        for (var i = 0; i < _stepNames.Length; i++)
        {
            if (Array.IndexOf(_stepNames, _stepNames[i]) < i)
            {
                Report($"/steps/{i}/as", "E_DUP", $"A step before this one is called '{_stepNames[i]}' too.");
            }
        }
        return [.. list.EnumerateArray().Select((step, index) => Step(step, index)).OfType<StepDefinition>()];
    }

    private StepDefinition? Step(JsonElement step, int index)
    {
        var pointer = $"/steps/{index}";
        if (!IsObject(step, pointer, "capability", "args", "as"))
        {
            return null;
        }
        if (step.TryGetProperty("as", out _) && Name(step, pointer, "as") is { } given && Reserved.Contains(given))
        {
            Report($"{pointer}/as", "E_DUP", $"No step may be called '{given}'.");
        }
        var dependsOn = new SortedSet<int>();
        var args = ReadArguments(step, index, dependsOn);
        if (Text(step, pointer, "capability", required: true) is not { } name)
        {
            return null;
        }
        if (_capabilities.Find(name) is not { } capability)
        {
            Report($"{pointer}/capability", "E_CAP", $"There is no capability '{name}'.");
            return null;
        }
        CheckSignature(step, pointer, capability);
        return new StepDefinition
        {
            Index = index,
            Capability = name,
            Agent = capability.Agent,
            As = _stepNames[index],
            Args = args,
            DependsOn = [.. dependsOn.Select(i => _stepNames[i])],
            Needs = [.. dependsOn],
            Requires = [.. dependsOn],
        };
    }

    private Argument ReadArguments(JsonElement step, int index, SortedSet<int> dependsOn)
    {
        var pointer = $"/steps/{index}/args";
        if (!step.TryGetProperty("args", out var args))
        {
            return new LiteralArgument(new CanonicalValue("{}"u8.ToArray()));
        }
        if (args.ValueKind != JsonValueKind.Object)
        {
            Report(pointer, "E_TYPE", "'args' must be an object.");
            return new LiteralArgument(CanonicalValue.Null);
        }
        return new ArgumentReader((path, at) => CheckReference(path, at, index, dependsOn), Report).Read(args, pointer);
    }

    private void CheckSignature(JsonElement step, string pointer, Capability capability)
    {
        var given = step.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Object
            ? args.EnumerateObject().Select(member => member.Name).ToList()
            : [];
        foreach (var name in given.Where(name => !capability.TakesAnything && !capability.Parameters.ContainsKey(name)))
        {
            Report(JsonPointer.Down($"{pointer}/args", name), "E_ARG", $"{capability.Name} takes no '{name}'; it takes {string.Join(", ", capability.Parameters.Keys)}.");
        }
        foreach (var (name, _) in capability.Parameters.Where(parameter => parameter.Value && !given.Contains(parameter.Key)))
        {
            Report($"{pointer}/args", "E_ARG", $"{capability.Name} needs '{name}'.");
        }
    }

    private void CheckReference(ReferencePath path, string pointer, int index, SortedSet<int> dependsOn)
    {
        if (path.Root is ReferencePath.Inputs or ReferencePath.Context)
        {
            var known = path.Root == ReferencePath.Inputs ? _inputs.Select(input => input.Name) : RunContext.Names;
            if (!path.Parts.IsEmpty && !known.Contains(path.Parts[0].Name))
            {
                Report(pointer, "E_REF", $"'{path.Text}' leads to nothing: there is no such name among {string.Join(", ", known)}.");
            }
            return;
        }
        var target = Array.IndexOf(_stepNames, path.Root);
        switch (target.CompareTo(index))
        {
            case < 0 when target >= 0:
                dependsOn.Add(target);
                break;
            case < 0:
                Report(pointer, "E_REF", $"'{path.Text}' leads to nothing: no step is called '{path.Root}'.");
                break;
            case 0:
                Report(pointer, "E_CYCLE", $"'{path.Text}' is the value of this step itself.");
                break;
            default:
                Report(pointer, "E_FORWARD_REF", $"'{path.Text}' is the value of a later step: move that step before this one.");
                break;
        }
    }

    private ImmutableArray<string> Outputs(JsonElement root)
    {
        if (!root.TryGetProperty("outputs", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            Report("/outputs", "E_TYPE", "'outputs' is required: an array of step names.");
            return [];
        }
        var outputs = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (index, output) in list.EnumerateArray().Index())
        {
            if (output.ValueKind != JsonValueKind.String || !_stepNames.Contains(output.GetString()))
            {
                Report($"/outputs/{index}", "E_REF", $"No step is called {output.GetRawText()}.");
            }
            else if (!outputs.Add(output.GetString()!))
            {
                Report($"/outputs/{index}", "E_DUP", $"{output.GetRawText()} is an output already.");
            }
        }
        return [.. outputs];
    }

    private CanonicalValue? Display(JsonElement root)
    {
        if (!root.TryGetProperty("display", out var display))
        {
            return null;
        }
        if (IsObject(display, "/display", "panels") && display.TryGetProperty("panels", out var panels))
        {
            if (panels.ValueKind != JsonValueKind.Array)
            {
                Report("/display/panels", "E_TYPE", "'panels' must be an array.");
                return null;
            }
            foreach (var (index, panel) in panels.EnumerateArray().Index())
            {
                IsObject(panel, $"/display/panels/{index}", "id", "title", "type");
            }
        }
        return CanonicalJson.Of(display);
    }

    private static string StepName(JsonElement step) =>
        step.ValueKind == JsonValueKind.Object && step.TryGetProperty("as", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "last";

    private bool IsObject(JsonElement element, string pointer, params string[] keys)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Report(pointer, "E_TYPE", "This must be an object.");
            return false;
        }
        foreach (var member in element.EnumerateObject().Where(member => !keys.Contains(member.Name)))
        {
            Report(JsonPointer.Down(pointer, member.Name), "E_UNKNOWN_KEY", $"There is no key '{member.Name}' here; known are {string.Join(", ", keys)}.");
        }
        return true;
    }

    private string? Text(JsonElement element, string pointer, string key, bool required = false)
    {
        if (!element.TryGetProperty(key, out var value))
        {
            if (required)
            {
                Report($"{pointer}/{key}", "E_TYPE", $"'{key}' is required.");
            }
            return null;
        }
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.Length == 0)
        {
            Report($"{pointer}/{key}", "E_TYPE", $"'{key}' must be text.");
            return null;
        }
        return value.GetString();
    }

    private string? Name(JsonElement element, string pointer, string key, bool required = false)
    {
        var name = Text(element, pointer, key, required);
        if (name is not null && !NamePattern().IsMatch(name))
        {
            Report($"{pointer}/{key}", "E_TYPE", $"'{name}' is no name: a-z first, then a-z, 0-9 and _, at most 64 characters.");
        }
        return name;
    }

    private void Report(string pointer, string code, string message) => _findings.Add(new PatternFinding(_file, pointer, code, message));

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z")]
    internal static partial Regex NamePattern();
}
