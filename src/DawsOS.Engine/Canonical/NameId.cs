using System.Security.Cryptography;
using System.Text;

namespace DawsOS.Canonical;

/// <summary>RFC 9562 version 5 ids: the same name in the same space is always the same id.</summary>
internal static class NameId
{
    public static Guid Of(Guid space, string name)
    {
        byte[] input = [.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // RFC 9562 says SHA-1 for version 5; it names, it does not protect.
        var hash = SHA1.HashData(input);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
