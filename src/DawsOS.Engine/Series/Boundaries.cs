namespace DawsOS.Series;

/// <summary>Decimals as doubles for the crossing index, rounded so that it nominates too many rather than too few.</summary>
internal static class Boundaries
{
    // The conversion of a decimal may be off by one unit in the last place; two steps are on the safe side of it.
    public static double Down(decimal value) => Math.BitDecrement(Math.BitDecrement((double)value));

    public static double Up(decimal value) => Math.BitIncrement(Math.BitIncrement((double)value));
}
