namespace DawsOS.Harness;

/// <summary>Its tests run when all others have ended: for what they measure belongs to the whole process.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
