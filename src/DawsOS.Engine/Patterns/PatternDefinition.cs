using System.Collections.Immutable;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>A checked pattern: every name in it resolves.</summary>
internal sealed record PatternDefinition
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Category { get; init; }

    public string? Version { get; init; }

    /// <summary>In ordinal order of their names.</summary>
    public ImmutableArray<InputDefinition> Inputs { get; init; } = [];

    /// <summary>As written, for display.</summary>
    public CanonicalValue InputsAsWritten { get; init; } = new("{}"u8.ToArray());

    /// <summary>In file order; each refers to earlier ones only.</summary>
    public required ImmutableArray<StepDefinition> Steps { get; init; }

    /// <summary>Names of steps, in ordinal order.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>As written, for display.</summary>
    public CanonicalValue? Display { get; init; }
}

internal sealed record StepDefinition
{
    public required string Capability { get; init; }

    public required string Agent { get; init; }

    /// <summary>What later steps call its value.</summary>
    public required string As { get; init; }

    public required Argument Args { get; init; }

    /// <summary>The steps whose values it uses, in file order.</summary>
    public required ImmutableArray<string> DependsOn { get; init; }
}

internal enum InputType
{
    Uuid,
    String,
    Integer,
    Number,
    Decimal,
    Boolean,
    Date,
    Array,
    Object,
}

/// <summary>What an input accepts.</summary>
internal sealed record InputDefinition
{
    /// <summary>Name of the input; empty for the items of a list.</summary>
    public required string Name { get; init; }

    public required InputType Type { get; init; }

    public bool Nullable { get; init; }

    public bool Required { get; init; }

    /// <summary>Canonical; null = none.</summary>
    public CanonicalValue? Default { get; init; }

    /// <summary>Canonical texts; empty = anything.</summary>
    public ImmutableArray<string> Enum { get; init; } = [];

    /// <summary>Smallest number, length of text, or count of items.</summary>
    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    /// <summary>What each item of a list accepts; null = anything.</summary>
    public InputDefinition? Items { get; init; }

    /// <summary>Text in the form of a series id.</summary>
    public bool IsSeriesId { get; init; }
}
