using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Accounts;

namespace DawsOS.Patterns;

/// <summary>What the audit tells of a run's request beyond its row. Of its inputs only the names: values may be anything, and large.</summary>
internal sealed record RunAsked(RequestOrigin? Origin, Guid? PortfolioId, bool RequireFresh, ImmutableArray<string> InputKeys)
{
    /// <summary>Of a request that the gates let in, so its inputs are an object.</summary>
    public static RunAsked Of(ExecutePattern command)
    {
        using var inputs = JsonDocument.Parse(command.InputsJson);
        return new RunAsked(
            command.Caller.Origin, command.PortfolioId, command.RequireFresh, [.. inputs.RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)]);
    }
}
