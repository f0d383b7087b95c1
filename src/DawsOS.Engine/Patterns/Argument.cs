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
    /// <exception cref="ArgumentTooLargeException">More than the buffer takes.</exception>
    public abstract void Write(ArgumentBuffer buffer, RunScope scope);

    /// <param name="scope">Where values are found.</param>
    /// <param name="buffer">Free for use; it bounds the whole, because a value may be put in many times.</param>
    public virtual CanonicalValue Resolve(RunScope scope, ArgumentBuffer buffer)
    {
        buffer.Clear();
        Write(buffer, scope);
        return buffer.ToValue();
    }
}

internal sealed class ArgumentTooLargeException(int limit) : Exception($"E_LIMIT: the arguments are larger than {limit:N0} bytes.");

/// <summary>Takes bytes up to a limit, and never holds more. Used over and over by one run, one step at a time.</summary>
internal sealed class ArgumentBuffer(int limit) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Clear() => _buffer.ResetWrittenCount();

    public CanonicalValue ToValue() => new(_buffer.WrittenSpan.ToArray());

    public void Advance(int count)
    {
        Check(count);
        _buffer.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Check(sizeHint);
        return _buffer.GetMemory(sizeHint);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Check(sizeHint);
        return _buffer.GetSpan(sizeHint);
    }

    public void Check(int more)
    {
        if (_buffer.WrittenCount + (long)more > limit)
        {
            throw new ArgumentTooLargeException(limit);
        }
    }
}

internal sealed class UnresolvedReferenceException(string pointer, string path)
    : Exception($"E_REF at {pointer}: '{path}' leads to nothing.");

internal sealed record LiteralArgument(CanonicalValue Value) : Argument
{
    public override void Write(ArgumentBuffer buffer, RunScope scope) => buffer.Write(Value.Bytes.Span);

    // The same for every run, and it cannot change.
    public override CanonicalValue Resolve(RunScope scope, ArgumentBuffer buffer) => Value;
}

/// <summary>What stands between <c>{{</c> and <c>}}</c>: a path, and what to take when it leads nowhere or to null.</summary>
internal sealed record Template(ReferencePath Path, CanonicalValue? Fallback)
{
    /// <exception cref="UnresolvedReferenceException">The path leads nowhere, and there is no other value.</exception>
    public ReadOnlySpan<byte> Find(RunScope scope, string pointer)
    {
        var found = scope.TryFind(Path, out var bytes);
        if (Fallback is not null && (!found || bytes.SequenceEqual("null"u8)))
        {
            return Fallback.Bytes.Span;
        }
        return found ? bytes : throw new UnresolvedReferenceException(pointer, Path.Text);
    }
}

/// <summary>A text that is exactly one template: the value keeps its type.</summary>
internal sealed record ReferenceArgument(Template Template, string Pointer) : Argument
{
    public override void Write(ArgumentBuffer buffer, RunScope scope) => buffer.Write(Template.Find(scope, Pointer));
}

/// <summary>Templates inside longer text: text values go in as they are, all others as canonical JSON.</summary>
internal sealed record TextArgument(ImmutableArray<TextPart> Parts, string Pointer) : Argument
{
    public override void Write(ArgumentBuffer buffer, RunScope scope)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.Append(part.Text);
            if (part.Template is { } template)
            {
                text.Append(Plain(template.Find(scope, Pointer)));
                buffer.Check(text.Length);
            }
        }
        CanonicalJson.WriteString(buffer, text.ToString());
    }

    private static string Plain(ReadOnlySpan<byte> value) =>
        value[0] == '"' ? JsonSerializer.Deserialize<string>(value)! : Encoding.UTF8.GetString(value);
}

/// <summary>Text, then a template; a tail has none.</summary>
internal readonly record struct TextPart(string Text, Template? Template);

/// <summary>Members in ordinal order, names as they are written: quoted, with the colon.</summary>
internal sealed record ObjectArgument(ImmutableArray<(byte[] Name, Argument Value)> Members) : Argument
{
    public override void Write(ArgumentBuffer buffer, RunScope scope)
    {
        buffer.Write("{"u8);
        for (var i = 0; i < Members.Length; i++)
        {
            if (i > 0)
            {
                buffer.Write(","u8);
            }
            buffer.Write(Members[i].Name);
            Members[i].Value.Write(buffer, scope);
        }
        buffer.Write("}"u8);
    }
}

internal sealed record ArrayArgument(ImmutableArray<Argument> Items) : Argument
{
    public override void Write(ArgumentBuffer buffer, RunScope scope)
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
