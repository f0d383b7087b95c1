namespace DawsOS.Macro;

/// <summary>What holds for all macro data.</summary>
internal static class MacroData
{
    /// <summary>Economic series change once a day at most; an hour is their cache time of D§7.1.</summary>
    public static readonly TimeSpan Ttl = TimeSpan.FromHours(1);
}
