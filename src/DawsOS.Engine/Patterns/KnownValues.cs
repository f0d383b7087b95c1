using System.Collections.Immutable;

namespace DawsOS.Patterns;

/// <summary>What is known at load of the values that references lead to: inputs by their declarations, the context by its own.</summary>
internal sealed class KnownValues
{
    private static readonly InputDefinition Whole = new() { Name = "", Type = InputType.Object, Required = true };

    private static readonly Dictionary<string, InputDefinition> Context = new(StringComparer.Ordinal)
    {
        ["pricing_pack_id"] = new() { Name = "pricing_pack_id", Type = InputType.String, Required = true },
        ["ledger_commit_hash"] = new() { Name = "ledger_commit_hash", Type = InputType.String },
        ["asof_date"] = new() { Name = "asof_date", Type = InputType.Date, Required = true },
        ["portfolio_id"] = new() { Name = "portfolio_id", Type = InputType.Uuid },
        ["security_id"] = new() { Name = "security_id", Type = InputType.Uuid },
    };

    private readonly Dictionary<string, InputDefinition> _inputs;
    private readonly Dictionary<(InputDefinition, Type), bool> _fits = [];

    public KnownValues(ImmutableArray<InputDefinition> inputs) => _inputs = inputs.ToDictionary(input => input.Name, StringComparer.Ordinal);

    /// <summary>The names below a root; the root is <c>inputs</c> or <c>ctx</c>.</summary>
    public IReadOnlyCollection<string> Names(string root) => root == ReferencePath.Inputs ? _inputs.Keys : RunContext.Names;

    public bool Has(string root, string? name) =>
        name is not null && (root == ReferencePath.Inputs ? _inputs.ContainsKey(name) : Context.ContainsKey(name));

    /// <summary>The declaration of the value at a path; null when it is known at run time only.</summary>
    public InputDefinition? Find(ReferencePath path)
    {
        if (path.Root is not (ReferencePath.Inputs or ReferencePath.Context))
        {
            return null;
        }
        var found = path.Parts switch
        {
            [] => Whole,
            [{ Name: { } name }, ..] => (path.Root == ReferencePath.Inputs ? _inputs : Context).GetValueOrDefault(name),
            _ => null,
        };
        foreach (var part in path.Parts.Skip(1))
        {
            found = part.Name is null && found is { Type: InputType.Array } ? found.Items : null;
        }
        return found;
    }

    /// <summary>True when the value may be null: an item by its type, what has a name also when it may be left out.</summary>
    public static bool MayBeNull(InputDefinition value) => value.Nullable || (value.Name.Length > 0 && !value.Required && value.Default is null);

    /// <summary>False when a value of this declaration can never be an argument of this type. Null is another question.</summary>
    public bool Fits(InputDefinition value, Type type)
    {
        // Remembered: a list of choices may be long, and used often.
        if (!_fits.TryGetValue((value, type), out var fits))
        {
            _fits.Add((value, type), fits = ArgumentTypes.Fits(type, value));
        }
        return fits;
    }
}
