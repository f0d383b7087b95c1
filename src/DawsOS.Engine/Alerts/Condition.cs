using System.Collections.Immutable;

namespace DawsOS.Alerts;

/// <summary>What an alert watches: one leaf, or a group of conditions.</summary>
/// <param name="Type">As written, e.g. <c>macro</c> or <c>any</c>.</param>
internal abstract record Condition(string Type)
{
    /// <summary>Every leaf, in the order written.</summary>
    public abstract IEnumerable<Leaf> Leaves { get; }

    /// <summary>The series it depends on, each once.</summary>
    public IEnumerable<string> SeriesIds => Leaves.Select(leaf => leaf.SeriesId).Distinct();
}

/// <summary>One comparison of one series with one value, both exact decimals.</summary>
/// <param name="Type">As written.</param>
/// <param name="Subject">What people call it: the entity, the symbol, or the series id.</param>
/// <param name="Metric">Named in the message; null for a plain series.</param>
/// <param name="SeriesId">Where the value comes from.</param>
/// <param name="Comparison">The operator.</param>
/// <param name="Threshold">What the value is compared with, in the sign of the series.</param>
internal sealed record Leaf(string Type, string Subject, string? Metric, string SeriesId, Comparison Comparison, decimal Threshold) : Condition(Type)
{
    public const int MaxFor = 1000;

    /// <summary>Beyond it the leaf is false again; between it and the threshold it stays what it was. Null = as soon as the comparison fails.</summary>
    public decimal? Clear { get; init; }

    /// <summary>True only when it was true on that many newest dates.</summary>
    public int For { get; init; } = 1;

    /// <summary>A value whose last change is older counts as no data; null = never too old.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Losses are stored negative (D§0.4) and written as positive limits: such a leaf compares below the negated limit.</summary>
    public bool IsLoss { get; init; }

    public override IEnumerable<Leaf> Leaves => [this];

    /// <summary>Whether one value decides alone: it is beyond the threshold (true), back beyond the clear value (false), or neither (null).</summary>
    public bool? Side(decimal value)
    {
        if (Comparison.Holds(value, Threshold))
        {
            return true;
        }
        return Clear is not { } clear || (Comparison is Comparison.Above or Comparison.AtOrAbove ? value < clear : value > clear) ? false : null;
    }

    /// <summary>A stored value or limit as people write it.</summary>
    public decimal Shown(decimal stored) => IsLoss ? -stored : stored;
}

/// <summary>Conditions that must all hold, or of which any must.</summary>
/// <param name="Type">As written: all, any, or a type that is made of leaves.</param>
/// <param name="All">All of them; else any.</param>
/// <param name="Of">At least one.</param>
internal sealed record Group(string Type, bool All, ImmutableArray<Condition> Of) : Condition(Type)
{
    public const int MaxDepth = 3;
    public const int MaxLeaves = 10;

    public override IEnumerable<Leaf> Leaves => Of.SelectMany(condition => condition.Leaves);
}
