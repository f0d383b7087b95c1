using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>What is written by hand for speed is what the canonical writer writes.</summary>
public sealed class RunDigestTests
{
    [Fact]
    public void The_context_of_a_run_is_canonical()
    {
        foreach (var context in new[]
        {
            new RunContext("SERIES_2026-01-31_7", null, new DateOnly(2026, 1, 31), null, null),
            new RunContext("SERIES_0001-01-01_1", "abc123", new DateOnly(1, 1, 1), Guid.CreateVersion7(), Guid.CreateVersion7()),
        })
        {
            Assert.Equal(CanonicalJson.Of(context).ToString(), context.ToValue().ToString());
        }
    }
}
