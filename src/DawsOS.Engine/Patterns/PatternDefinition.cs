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

    public string? Author { get; init; }

    /// <summary>As written: a date by custom.</summary>
    public string? Created { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>As written, for display.</summary>
    public CanonicalValue? Presentation { get; init; }

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

    /// <summary>What a caller must hold; checked before a run (403).</summary>
    public ImmutableArray<string> RightsRequired { get; init; } = [];

    /// <summary>Time for a whole run; 30 s by default, at most 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>SHA-256 of the canonical definition, hexadecimal: part of every run's digest.</summary>
    public required string Digest { get; init; }
}

internal sealed record StepDefinition
{
    /// <summary>Place in the file, from 0.</summary>
    public required int Index { get; init; }

    public required string Capability { get; init; }

    public required string Agent { get; init; }

    /// <summary>What later steps call its value.</summary>
    public required string As { get; init; }

    public required Argument Args { get; init; }

    /// <summary>Runs only when this is true; null = always.</summary>
    public Expression? Condition { get; init; }

    /// <summary><see cref="Condition"/> as written.</summary>
    public string? ConditionText { get; init; }

    /// <summary>Its failure degrades the run instead of failing it.</summary>
    public bool Optional { get; init; }

    /// <summary>How often a transient failure is tried again; null = not at all.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Time for one attempt; null = as long as the run has.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The steps whose values it uses, in arguments or condition, in file order.</summary>
    public required ImmutableArray<string> DependsOn { get; init; }

    /// <summary><see cref="DependsOn"/> as indexes, rising.</summary>
    public required ImmutableArray<int> Needs { get; init; }

    /// <summary>Those of <see cref="Needs"/> that an argument uses without <c>??</c>: when one has no value, this step is skipped.</summary>
    public ImmutableArray<int> Requires { get; init; } = [];
}

/// <summary>How a transient failure is repeated.</summary>
/// <param name="Delays">The pause before each further attempt; as many as there are further attempts (at most 10, each at most 30 s).</param>
/// <param name="Jitter">Share of each pause that may be left out by chance, 0 to 1; 0 by default.</param>
internal sealed record RetryPolicy(ImmutableArray<TimeSpan> Delays, double Jitter);

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

    /// <summary>Null = anything.</summary>
    public InputChoices? Enum { get; init; }

    /// <summary>Smallest number, length of text, or count of items.</summary>
    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    /// <summary>What each item of a list accepts; null = anything.</summary>
    public InputDefinition? Items { get; init; }

    /// <summary>Text in the form of a series id.</summary>
    public bool IsSeriesId { get; init; }
}
