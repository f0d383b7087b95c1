using System.Collections.Immutable;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Patterns;

/// <summary>Shows the patterns that can be run.</summary>
internal static class PatternEndpoints
{
    public static void MapPatterns(this IEndpointRouteBuilder routes)
    {
        var patterns = routes.MapGroup("/v1/patterns").RequireAuthorization(Policies.Viewer).WithTags("Patterns");
        patterns.MapGet("", List).WithPaging();
        patterns.MapGet("/{id}", Get);
    }

    private static Ok<Page<PatternView>> List(HttpRequest request, PatternCatalogue catalogue)
    {
        var paging = Paging.From(request);
        var all = catalogue.All.ToList();
        return TypedResults.Ok(Page<PatternView>.Of([.. all.Skip(paging.Offset).Take(paging.Limit).Select(PatternView.Of)], all.Count, paging));
    }

    private static Ok<PatternView> Get(string id, PatternCatalogue catalogue) => TypedResults.Ok(PatternView.Of(
        catalogue.Find(id) ?? throw new RejectedException(RejectionCodes.PatternNotFound, "There is no pattern of that id; GET /v1/patterns lists them.")));
}

/// <summary>A pattern as it can be seen; inputs and display as written in its definition.</summary>
internal sealed record PatternView(
    string Id, string Name, string? Description, string? Category, string? Version, CanonicalValue Inputs, IReadOnlyList<string> Outputs,
    CanonicalValue? Display, IReadOnlyList<StepView> Steps)
{
    public static PatternView Of(PatternDefinition pattern) => new(
        pattern.Id, pattern.Name, pattern.Description, pattern.Category, pattern.Version, pattern.InputsAsWritten, pattern.Outputs, pattern.Display,
        [.. pattern.Steps.Select(step => new StepView(step.Capability, step.As, step.DependsOn))]);
}

/// <summary>A step; <c>depends_on</c> names the steps whose values it uses.</summary>
internal sealed record StepView(string Capability, string As, ImmutableArray<string> DependsOn);
