namespace DawsOS.Series;

/// <summary>One value of a series.</summary>
/// <param name="Date">The day it stands for.</param>
/// <param name="Value">In the unit of the series.</param>
public readonly record struct DatedValue(DateOnly Date, decimal Value);
