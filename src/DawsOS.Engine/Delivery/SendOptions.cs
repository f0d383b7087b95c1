namespace DawsOS.Delivery;

/// <summary>How long a claim holds, and what follows from it: a send that begins and ends in time always ends before its lease.</summary>
internal sealed record SendOptions
{
    /// <summary>How long a claim holds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>For the whole of one send.</summary>
    public TimeSpan Timeout => Lease * 0.75;

    /// <summary>A send that would begin later after its claim is left to another claim.</summary>
    public TimeSpan LatestStart => Lease / 8;

    /// <summary>How often the loop looks although nobody nudged it.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(5);
}
