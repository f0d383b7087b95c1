using System.Runtime.InteropServices;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>What templates can see during a run: inputs, context, and the values of the steps so far.</summary>
internal sealed class RunScope(CanonicalValue inputs, CanonicalValue context)
{
    private readonly Dictionary<string, Entry> _roots = new(StringComparer.Ordinal)
    {
        [ReferencePath.Inputs] = new(inputs),
        [ReferencePath.Context] = new(context),
    };

    public void Add(string step, CanonicalValue value) => _roots.Add(step, new Entry(value));

    public CanonicalValue? Find(string root) => _roots.TryGetValue(root, out var entry) ? entry.Value : null;

    /// <summary>The canonical bytes at the path. A part of a canonical document is canonical itself, so nothing is written anew.</summary>
    public bool TryFind(ReferencePath path, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!_roots.TryGetValue(path.Root, out var entry))
        {
            return false;
        }
        if (path.Parts.IsEmpty)
        {
            bytes = entry.Value.Bytes.Span;
            return true;
        }
        if (!ReferencePath.TryWalk(entry.Element, path.Parts, out var found))
        {
            return false;
        }
        bytes = JsonMarshal.GetRawUtf8Value(found);
        return true;
    }

    private sealed class Entry(CanonicalValue value)
    {
        // Steps put values into values, so one of ours may be deeper than any that came in. Reading it needs no stack.
        private static readonly JsonSerializerOptions Deep = new() { MaxDepth = int.MaxValue };

        private JsonElement? _element;

        public CanonicalValue Value => value;

        // Parsed only when a template looks inside, and then once.
        public JsonElement Element => _element ??= JsonSerializer.Deserialize<JsonElement>(value.Bytes.Span, Deep);
    }
}
