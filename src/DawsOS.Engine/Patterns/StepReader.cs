using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Agents;

namespace DawsOS.Patterns;

/// <summary>Reads the steps of a definition: names, arguments, conditions, retries, and which step uses which.</summary>
internal sealed class StepReader(DefinitionFaults faults, CapabilityRegistry capabilities, ImmutableArray<InputDefinition> inputs)
{
    public const int MaxSteps = 1000;
    private const double MaxSeconds = 30;
    private static readonly string[] Reserved = [ReferencePath.Inputs, ReferencePath.Context, "state"];
    private static readonly string[] Keys = ["capability", "args", "as", "condition", "optional", "retry", "timeout_ms"];

    private readonly List<StepUse> _uses = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly KnownValues _values = new(inputs);

    /// <summary>Names by step, also of those with faults.</summary>
    public string[] Names { get; private set; } = [];

    public ImmutableArray<StepDefinition> ReadAll(JsonElement root)
    {
        if (!root.TryGetProperty("steps", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            faults.Add("/steps", "E_TYPE", "'steps' is required: an array with at least one step.");
            return [];
        }
        if (list.GetArrayLength() > MaxSteps)
        {
            faults.Add("/steps", "E_LIMIT", $"A pattern has at most {MaxSteps} steps, this one has {list.GetArrayLength()}.");
            return [];
        }
        // All names first: a reference to a later step is another fault than one to nothing.
        Names = [.. list.EnumerateArray().Select(NameOf)];
        for (var i = 0; i < Names.Length; i++)
        {
            if (!_byName.TryAdd(Names[i], i))
            {
                faults.Add($"/steps/{i}/as", "E_DUP", $"A step before this one is called '{DefinitionFaults.Short(Names[i])}' too.");
            }
        }
        var steps = list.EnumerateArray().Select(Read).OfType<StepDefinition>().ToImmutableArray();
        DependencyRules.Check(faults, steps, Names, _uses);
        return faults.Any ? [] : steps;
    }

    private static string NameOf(JsonElement step) =>
        step.ValueKind == JsonValueKind.Object && step.TryGetProperty("as", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "last";

    private StepDefinition? Read(JsonElement step, int index)
    {
        var pointer = $"/steps/{index}";
        if (!faults.IsObject(step, pointer, Keys))
        {
            return null;
        }
        if (step.TryGetProperty("as", out _) && faults.Name(step, pointer, "as") is { } given && Reserved.Contains(given))
        {
            faults.Add($"{pointer}/as", "E_DUP", $"No step may be called '{given}'.");
        }
        var before = _uses.Count;
        var args = Arguments(step, index);
        var condition = Condition(step, index);
        var needs = _uses.Skip(before).Where(use => use.Target >= 0).ToList();
        var isOptional = faults.Flag(step, pointer, "optional");
        var name = faults.Text(step, pointer, "capability", required: true);
        var capability = name is null ? null : capabilities.Find(name);
        if (name is not null && capability is null)
        {
            var known = capabilities.All.Select(known => known.Name);
            faults.Unknown($"{pointer}/capability", "E_CAP", () => $"There is no capability '{DefinitionFaults.Short(name)}'.", name, known);
        }
        if (capability is not null)
        {
            new SignatureRules(faults, _values, capability, condition, isOptional).Check(step, pointer);
        }
        return new StepDefinition
        {
            Index = index,
            Capability = name ?? "",
            Agent = capability?.Agent ?? "",
            As = Names[index],
            Args = args,
            Condition = condition,
            ConditionText = condition is null ? null : step.GetProperty("condition").GetString(),
            Optional = isOptional,
            Retry = RetryReader.Read(faults, step, pointer),
            Timeout = faults.Number(step, pointer, "timeout_ms", 1, MaxSeconds * 1000, whole: true) is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Needs = [.. needs.Select(use => use.Target).Distinct().Order()],
            DependsOn = [.. needs.Select(use => use.Target).Distinct().Order().Select(target => Names[target])],
            Requires = [.. needs.Where(use => use.IsRequired).Select(use => use.Target).Distinct().Order()],
        };
    }

    private Argument Arguments(JsonElement step, int index)
    {
        var pointer = $"/steps/{index}/args";
        if (!step.TryGetProperty("args", out var args))
        {
            return new LiteralArgument(new("{}"u8.ToArray()));
        }
        if (args.ValueKind != JsonValueKind.Object)
        {
            faults.Add(pointer, "E_TYPE", "'args' must be an object.");
            return new LiteralArgument(Canonical.CanonicalValue.Null);
        }
        return new ArgumentReader((template, at) => Use(index, template.Path, at, template.Fallback is null), faults.Add).Read(args, pointer);
    }

    private Expression? Condition(JsonElement step, int index)
    {
        if (faults.Text(step, $"/steps/{index}", "condition") is not { } text)
        {
            return null;
        }
        var pointer = $"/steps/{index}/condition";
        try
        {
            var expression = ExpressionParser.Parse(text);
            foreach (var path in expression.Paths)
            {
                Use(index, path, pointer, isRequired: false);
            }
            ExpressionTypes.Check(expression, _values, message => faults.Add(pointer, "E_TYPE", message));
            return expression;
        }
        catch (ExpressionSyntaxException e)
        {
            faults.Add(pointer, e.Code, e.Message);
            return null;
        }
    }

    private void Use(int index, ReferencePath path, string pointer, bool isRequired)
    {
        if (path.Root is ReferencePath.Inputs or ReferencePath.Context)
        {
            if (!path.Parts.IsEmpty && !_values.Has(path.Root, path.Parts[0].Name))
            {
                var known = _values.Names(path.Root);
                faults.Unknown(
                    pointer, "E_REF", () => $"'{DefinitionFaults.Short(path.Text)}' leads to nothing: there is no such name among {DefinitionFaults.List(known)}.",
                    path.Parts[0].Name ?? "", known);
            }
            return;
        }
        var target = _byName.GetValueOrDefault(path.Root, -1);
        if (target < 0)
        {
            faults.Unknown(
                pointer, "E_REF", () => $"'{DefinitionFaults.Short(path.Text)}' leads to nothing: no step is called '{DefinitionFaults.Short(path.Root)}'.", path.Root, Names);
        }
        _uses.Add(new StepUse(index, target, path.Text, pointer, isRequired));
    }
}

/// <summary>One reference from a step to a step.</summary>
/// <param name="Source">Index of the step that refers.</param>
/// <param name="Target">Index of the step referred to; -1 for none.</param>
/// <param name="Path">As written.</param>
/// <param name="Pointer">Where.</param>
/// <param name="IsRequired">In an argument without <c>??</c>.</param>
internal readonly record struct StepUse(int Source, int Target, string Path, string Pointer, bool IsRequired);
