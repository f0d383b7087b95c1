using System.Globalization;

namespace DawsOS.Harness;

/// <summary>What DAWS_LONG asks of the fault and attack tests: so many trials instead of the few that CI has time for, and outages of a minute.</summary>
internal static class LongRun
{
    /// <summary>Null = the short run.</summary>
    public static int? Trials { get; } =
        TestEnvironment.Variable("DAWS_LONG") is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
