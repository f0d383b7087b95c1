using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>
/// A step's arguments as parsed at load: what stays as it is, and where values go. Values are put in as bytes and never parsed as templates,
/// whatever text they hold.
/// </summary>
internal abstract record Argument
{
    /// <summary>Writes the canonical value.</summary>
    /// <exception cref="UnresolvedReferenceException">A path that leads nowhere.</exception>
    public abstract void Write(IBufferWriter<byte> buffer, RunScope scope);

    public CanonicalValue Resolve(RunScope scope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, scope);
        return new CanonicalValue(buffer.WrittenSpan.ToArray());
    }
}

internal sealed class UnresolvedReferenceException(string pointer, string path)
    : Exception($"E_REF at {pointer}: '{path}' leads to nothing.");

internal sealed record LiteralArgument(CanonicalValue Value) : Argument
{
    public override void Write(IBufferWriter<byte> buffer, RunScope scope) => buffer.Write(Value.Bytes.Span);
}

/// <summary>A text that is exactly one template: the value keeps its type.</summary>
internal sealed record ReferenceArgument(ReferencePath Path, string Pointer) : Argument
{
    public override void Write(IBufferWriter<byte> buffer, RunScope scope) =>
        buffer.Write(scope.TryFind(Path, out var bytes) ? bytes : throw new UnresolvedReferenceException(Pointer, Path.Text));
}

/// <summary>Templates inside longer text: text values go in as they are, all others as canonical JSON.</summary>
internal sealed record TextArgument(ImmutableArray<TextPart> Parts, string Pointer) : Argument
{
    public override void Write(IBufferWriter<byte> buffer, RunScope scope)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.Append(part.Text);
            if (part.Path is { } path)
            {
                text.Append(scope.TryFind(path, out var bytes) ? Plain(bytes) : throw new UnresolvedReferenceException(Pointer, path.Text));
            }
        }
        CanonicalJson.WriteString(buffer, text.ToString());
    }

    private static string Plain(ReadOnlySpan<byte> value) =>
        value[0] == '"' ? JsonSerializer.Deserialize<string>(value)! : Encoding.UTF8.GetString(value);
}

/// <summary>Text, then the value of a path; a tail has no path.</summary>
internal readonly record struct TextPart(string Text, ReferencePath? Path);

internal sealed record ObjectArgument(ImmutableSortedDictionary<string, Argument> Members) : Argument
{
    public override void Write(IBufferWriter<byte> buffer, RunScope scope)
    {
        buffer.Write("{"u8);
        var first = true;
        foreach (var (name, value) in Members)
        {
            if (!first)
            {
                buffer.Write(","u8);
            }
            first = false;
            CanonicalJson.WriteString(buffer, name);
            buffer.Write(":"u8);
            value.Write(buffer, scope);
        }
        buffer.Write("}"u8);
    }
}

internal sealed record ArrayArgument(ImmutableArray<Argument> Items) : Argument
{
    public override void Write(IBufferWriter<byte> buffer, RunScope scope)
    {
        buffer.Write("["u8);
        for (var i = 0; i < Items.Length; i++)
        {
            if (i > 0)
            {
                buffer.Write(","u8);
            }
            Items[i].Write(buffer, scope);
        }
        buffer.Write("]"u8);
    }
}
