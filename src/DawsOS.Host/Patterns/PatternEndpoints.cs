using System.Collections.Immutable;
using System.Text.Json.Serialization;

using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Canonical;
using DawsOS.Http;

using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Patterns;

/// <summary>Shows the patterns that can be run, and checks definitions.</summary>
internal static class PatternEndpoints
{
    public static void MapPatterns(this IEndpointRouteBuilder routes)
    {
        var patterns = routes.MapGroup("/v1/patterns").RequireAuthorization(Policies.Viewer).WithTags("Patterns");
        patterns.MapGet("", List).WithPaging();
        patterns.MapGet("/schema.json", () => Results.Bytes(PatternFile.Schema(), "application/schema+json"))
            .Produces(StatusCodes.Status200OK, contentType: "application/schema+json");
        patterns.MapGet("/{id}", Get);
        patterns.MapPost("/validate", ValidateAsync)
            .Accepts<object>("application/json").Produces<ValidationReport>().Produces<ValidationReport>(StatusCodes.Status422UnprocessableEntity);
    }

    private static Ok<Page<PatternView>> List(HttpRequest request, PatternCatalogue catalogue)
    {
        var paging = Paging.From(request);
        var all = catalogue.All.ToList();
        return TypedResults.Ok(Page<PatternView>.Of([.. all.Skip(paging.Offset).Take(paging.Limit).Select(PatternView.Of)], all.Count, paging));
    }

    private static Ok<PatternView> Get(string id, PatternCatalogue catalogue) => TypedResults.Ok(PatternView.Of(
        catalogue.Find(id) ?? throw new RejectedException(RejectionCodes.PatternNotFound, "There is no pattern of that id; GET /v1/patterns lists them.")));

    // The body is the file: broken JSON in it is a finding like any other.
    private static async Task<IResult> ValidateAsync(HttpRequest request, CapabilityRegistry capabilities, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var (_, findings) = PatternReader.Read(capabilities, new PatternFile("body", body.ToArray()));
        return Results.Json(
            new ValidationReport(findings.Count == 0, [.. findings.Select(FindingView.Of)]), JsonSetup.Options,
            statusCode: findings.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

/// <summary>What is wrong with a definition; valid when nothing is.</summary>
internal sealed record ValidationReport(bool Valid, IReadOnlyList<FindingView> Errors);

/// <summary>One fault, with its place in the body: line and column from 1.</summary>
internal sealed record FindingView(
    int Line, int Column, string Pointer, string Code, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Suggestion)
{
    public static FindingView Of(PatternFinding finding) =>
        new(finding.Line, finding.Column, finding.Pointer, finding.Code, finding.Message, finding.Suggestion);
}

/// <summary>A pattern as it can be seen; inputs, display and presentation as written in its definition.</summary>
internal sealed record PatternView(
    string Id, string Name, string? Description, string? Category, string? Version, string? Author, string? Created, ImmutableArray<string> Tags,
    ImmutableArray<string> RightsRequired, CanonicalValue Inputs, IReadOnlyList<string> Outputs, CanonicalValue? Display, CanonicalValue? Presentation,
    double TimeoutMs, string Digest, IReadOnlyList<StepView> Steps)
{
    public static PatternView Of(PatternDefinition pattern) => new(
        pattern.Id, pattern.Name, pattern.Description, pattern.Category, pattern.Version, pattern.Author, pattern.Created, pattern.Tags, pattern.RightsRequired,
        pattern.InputsAsWritten, pattern.Outputs, pattern.Display, pattern.Presentation, pattern.Timeout.TotalMilliseconds, pattern.Digest,
        [.. pattern.Steps.Select(step => new StepView(step.Capability, step.As, step.ConditionText, step.Optional, step.DependsOn))]);
}

/// <summary>A step; <c>depends_on</c> names the steps whose values it uses, in its arguments or its condition.</summary>
internal sealed record StepView(string Capability, string As, string? Condition, bool Optional, ImmutableArray<string> DependsOn);
