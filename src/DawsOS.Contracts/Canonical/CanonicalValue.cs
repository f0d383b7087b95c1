using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DawsOS.Canonical;

/// <summary>
/// A JSON value that cannot change: UTF-8, object keys in ordinal order, no blanks, minimal escapes, numbers in plain digits without trailing
/// zeros. Equal values have equal bytes. Passed between grains without a copy.
/// </summary>
[GenerateSerializer, Immutable, Alias("daws.canonical-value")]
[JsonConverter(typeof(Splice))]
public sealed class CanonicalValue
{
    [Id(0)]
    private readonly byte[] _bytes;

    [NonSerialized]
    private string? _sha256;

    /// <summary>Takes bytes that are canonical already and belong to nobody else.</summary>
    /// <param name="bytes">One canonical JSON value.</param>
    public CanonicalValue(byte[] bytes) => _bytes = bytes;

    /// <summary>JSON <c>null</c>.</summary>
    public static CanonicalValue Null { get; } = new("null"u8.ToArray());

    /// <summary>The canonical text in UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 of <see cref="Bytes"/>, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(SHA256.HashData(_bytes));

    /// <summary>The canonical text.</summary>
    /// <returns>JSON.</returns>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(_bytes);

    // Written into a larger document as it is: never parsed and made again on the way.
    private sealed class Splice : JsonConverter<CanonicalValue>
    {
        public override CanonicalValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            // Only what was written by this converter is ever read, so the text is canonical as it stands.
            new(JsonMarshal.GetRawUtf8Value(JsonElement.ParseValue(ref reader)).ToArray());

        public override void Write(Utf8JsonWriter writer, CanonicalValue value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value._bytes, skipInputValidation: true);
    }
}
