using System.Security.Cryptography;

namespace DawsOS.Canonical;

/// <summary>
/// A JSON value that cannot change: UTF-8, object keys in ordinal order, no blanks, minimal escapes, numbers in plain digits without trailing
/// zeros. Equal values have equal bytes. Passed between grains without a copy.
/// </summary>
[GenerateSerializer, Immutable, Alias("daws.canonical-value")]
public sealed class CanonicalValue
{
    private static readonly byte[] NullBytes = "null"u8.ToArray();

    [Id(0)]
    private readonly ReadOnlyMemory<byte> _bytes;

    [NonSerialized]
    private string? _sha256;

    /// <summary>Takes bytes that are canonical already and belong to nobody else.</summary>
    /// <param name="bytes">One canonical JSON value.</param>
    public CanonicalValue(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>JSON <c>null</c>.</summary>
    public static CanonicalValue Null { get; } = new(NullBytes);

    /// <summary>The canonical text in UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 of <see cref="Bytes"/>, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(SHA256.HashData(_bytes.Span));

    /// <summary>The canonical text.</summary>
    /// <returns>JSON.</returns>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(_bytes.Span);
}
