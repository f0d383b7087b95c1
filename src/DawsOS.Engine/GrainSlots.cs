using System.Globalization;

namespace DawsOS;

/// <summary>
/// Keys of keyed pools: <c>&lt;silo address&gt;/&lt;slot&gt;</c>, slots 0…2×cores−1 in turn. With local placement the work stays on the silo that took it.
/// </summary>
internal sealed class GrainSlots(ILocalSiloDetails silo)
{
    private static readonly uint Count = (uint)(2 * Environment.ProcessorCount);
    private readonly string _address = silo.SiloAddress.ToParsableString();
    private uint _turn;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_address}/{Interlocked.Increment(ref _turn) % Count}");
}
