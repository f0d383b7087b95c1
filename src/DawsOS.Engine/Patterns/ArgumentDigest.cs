using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>
/// What a trace repeats of arguments: all when they are small, else digests <c>{type, count, sha256}</c> of the largest members, or one of the
/// whole. However many members there are, however large and deep, it is bounded and never throws.
/// </summary>
internal static class ArgumentDigest
{
    /// <summary>Bytes that the trace repeats of the arguments of a step, and of the inputs (D§1.4).</summary>
    public const int MaxBytes = 2048;

    /// <summary>Levels of them that it repeats: with those around it a trace stays within what JSON readers accept.</summary>
    public const int MaxDepth = 64;

    // What was accepted as arguments is read here, however deep it became on its way through the steps.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>At most <see cref="MaxBytes"/> bytes and <see cref="MaxDepth"/> levels.</summary>
    /// <param name="args">A canonical object.</param>
    public static CanonicalValue Shorten(CanonicalValue args)
    {
        if (args.Bytes.Length <= MaxBytes && IsShallow(args.Bytes.Span, MaxDepth))
        {
            return args;
        }
        using var document = JsonDocument.Parse(args.Bytes, AnyDepth);
        var members = document.RootElement.EnumerateObject().Select(member => new Member(member)).ToList();
        var size = 2 + members.Sum(member => member.Size) + members.Count - 1;
        // Largest first; of equals the first in the file, so that the same arguments are always told the same way.
        foreach (var member in members.Where(member => member.IsDeep).Concat(members.Where(member => !member.IsDeep).OrderByDescending(member => member.Size)))
        {
            if (size <= MaxBytes && !member.IsDeep)
            {
                break;
            }
            size += member.Digest();
        }
        return size <= MaxBytes ? Join(members) : DigestOf(document.RootElement);
    }

    private static CanonicalValue Join(List<Member> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("{"u8);
        foreach (var (index, member) in members.Index())
        {
            buffer.Write(index > 0 ? ","u8 : ""u8);
            CanonicalJson.WriteString(buffer, member.Name);
            buffer.Write(":"u8);
            buffer.Write(member.Told);
        }
        buffer.Write("}"u8);
        return new CanonicalValue(buffer.WrittenSpan.ToArray());
    }

    private static CanonicalValue DigestOf(JsonElement value)
    {
        var (type, count) = value.ValueKind switch
        {
            JsonValueKind.Array => ("array", value.GetArrayLength()),
            JsonValueKind.Object => ("object", value.GetPropertyCount()),
            JsonValueKind.String => ("string", value.GetString()!.Length),
            _ => ("number", value.GetRawText().Length),
        };
        return CanonicalJson.Of(new { type, count, sha256 = new CanonicalValue(JsonMarshal.GetRawUtf8Value(value).ToArray()).Sha256 });
    }

    // Brackets are counted before levels: nearly all arguments have fewer of them than levels are allowed.
    private static bool IsShallow(ReadOnlySpan<byte> json, int levels)
    {
        if (json.Count((byte)'[') + json.Count((byte)'{') <= levels)
        {
            return true;
        }
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            // The depth of a bracket is that of what stands around it.
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && reader.CurrentDepth >= levels)
            {
                return false;
            }
        }
        return true;
    }

    private sealed class Member(JsonProperty property)
    {
        private CanonicalValue? _digest;

        public string Name => property.Name;

        /// <summary>Bytes with its name; a name that is escaped counts as it stands in the text.</summary>
        public int Size { get; } = JsonMarshal.GetRawUtf8PropertyName(property).Length + 3 + JsonMarshal.GetRawUtf8Value(property.Value).Length;

        // The object around it is a level itself. What is large becomes a digest anyway and is not looked through for that.
        public bool IsDeep { get; } = IsShort(property) && !IsShallow(JsonMarshal.GetRawUtf8Value(property.Value), MaxDepth - 1);

        public ReadOnlySpan<byte> Told => _digest is null ? JsonMarshal.GetRawUtf8Value(property.Value) : _digest.Bytes.Span;

        /// <summary>How many bytes more that takes: none for a value that is shorter than its digest, which stays.</summary>
        public int Digest()
        {
            var digest = DigestOf(property.Value);
            var saved = JsonMarshal.GetRawUtf8Value(property.Value).Length - digest.Bytes.Length;
            if (saved <= 0 && !IsDeep)
            {
                return 0;
            }
            _digest = digest;
            return -saved;
        }

        private static bool IsShort(JsonProperty property) => JsonMarshal.GetRawUtf8Value(property.Value).Length <= MaxBytes;
    }
}
