using System.Collections.Frozen;
using System.Collections.Immutable;

namespace DawsOS.Patterns;

/// <summary>Collects what is wrong with inputs: all of it is counted, the first hundred are kept.</summary>
internal sealed class InputFaults
{
    private const int Most = 100;
    private readonly List<FieldError> _kept = [];

    public int Count { get; private set; }

    public IReadOnlyList<FieldError> Kept => _kept;

    public void Add(string pointer, string message)
    {
        Count++;
        if (_kept.Count < Most)
        {
            _kept.Add(new FieldError(pointer, message));
        }
    }

    /// <summary>What a caller is told.</summary>
    public RejectedException ToException() => new(
        RejectionCodes.PatternInvalid, Count == 1 ? $"E_INPUT at {_kept[0].Pointer}: {_kept[0].Message}" : $"E_INPUT: {Count} inputs cannot be accepted.",
        [.. _kept.Select(fault => fault with { Message = $"E_INPUT: {fault.Message}" })]);
}

/// <summary>The values that an input may have, as canonical texts in the order they are written.</summary>
internal sealed class InputChoices(ImmutableArray<string> texts)
{
    private readonly FrozenSet<string> _set = texts.ToFrozenSet(StringComparer.Ordinal);

    public ImmutableArray<string> Texts => texts;

    public bool Contains(string text) => _set.Contains(text);

    /// <summary>The first ones, for messages.</summary>
    public override string ToString() => DefinitionFaults.List(texts);
}
