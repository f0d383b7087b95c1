namespace DawsOS.Delivery;

/// <summary>What a user may say about their channels.</summary>
internal static class UserChannelRules
{
    // Files beside the zones: the machine's own zone, a zone for want of one, and all zones again (those under right/ count leap seconds).
    private static readonly string[] NoZones = ["localtime", "posixrules", "Factory"];
    private static readonly string[] NoFolders = ["posix/", "right/"];

    /// <summary>Null when it is an IANA time zone that exists on this machine, in its own spelling.</summary>
    public static string? TimeZoneFault(string id) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
        // Windows ids are found too, and once a zone was used, other spellings of it.
        && zone.HasIanaId && zone.Id == id
        && !NoZones.Contains(id) && !NoFolders.Any(folder => id.StartsWith(folder, StringComparison.Ordinal))
            ? null
            : "Give an IANA time zone in its exact spelling, like America/New_York.";

    /// <summary>Null when it can be written to.</summary>
    public static string? AddressFault(string address) => EmailAddresses.Fault(address);
}
