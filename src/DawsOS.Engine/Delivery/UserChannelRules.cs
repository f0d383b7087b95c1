using System.Text.RegularExpressions;

namespace DawsOS.Delivery;

/// <summary>What a user may say about their channels.</summary>
internal static partial class UserChannelRules
{
    // What the database of zones has for a machine that was not told where it is.
    private const string NoPlace = "Factory";

    /// <summary>Null when it is an IANA time zone that exists on this machine, in its own spelling.</summary>
    public static string? TimeZoneFault(string id) =>
        // The shape first, because a zone is looked for as a file: right/America/New_York and America//New_York would be found.
        Shape().IsMatch(id) && id != NoPlace && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
        // Windows ids are found too, and once a zone was used, other spellings of it.
        && zone.HasIanaId && zone.Id == id
            ? null
            : "Give an IANA time zone in its exact spelling, like America/New_York.";

    /// <summary>Null when it can be written to.</summary>
    public static string? AddressFault(string address) => EmailAddresses.Fault(address);

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*\z")]
    private static partial Regex Shape();
}
