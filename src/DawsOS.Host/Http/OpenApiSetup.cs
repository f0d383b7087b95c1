using DawsOS.Accounts;
using DawsOS.Canonical;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DawsOS.Http;

/// <summary>Makes <c>/openapi/v1.json</c> say what the code does: who may call, which problems come back, how decimals look.</summary>
internal static class OpenApiSetup
{
    private const string Bearer = "bearer";
    private const string ProblemType = "application/problem+json";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(DescribeAsync);
        options.AddOperationTransformer(DescribeAsync);
        options.AddSchemaTransformer(DescribeAsync);
        options.AddSchemaTransformer(new OpenApiMembers());
    }

    /// <summary>Says that a route never gives an answer that others like it give.</summary>
    public static TBuilder WithoutAnswer<TBuilder>(this TBuilder endpoint, int status)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeverAnswers(status));

    private static async Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "DawsOS",
            Version = "v1",
            Description = "Portfolio intelligence: series, alerts, patterns. Every error is application/problem+json with a stable `error` code.",
        };
        // Where it listens is the caller's knowledge; what a proxy in front is called is not ours.
        document.Servers = [];
        document.AddComponent("Problem", await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken));
        document.Components!.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "The access token of POST /auth/login." },
        };
        foreach (var members in document.Components.Schemas!.Values.Select(schema => schema.Properties).OfType<IDictionary<string, IOpenApiSchema>>())
        {
            foreach (var (name, member) in members.ToList())
            {
                members[name] = NullOrAnything(member) ?? member;
            }
        }
    }

    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters = [.. operation.Parameters ?? [], .. metadata.OfType<QueryParameter>().Select(parameter => parameter.ToOpenApi())];
        var responses = operation.Responses ??= [];
        // Of these the framework names the status only.
        foreach (var bare in metadata.OfType<IProducesResponseTypeMetadata>().Where(answer => answer.Type is null || answer.Type == typeof(void)))
        {
            if (bare.ContentTypes.Any())
            {
                ((OpenApiResponse)responses[$"{bare.StatusCode}"]).Content = bare.ContentTypes.ToDictionary(
                    type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
        }
        if (metadata.OfType<IAcceptsMetadata>().LastOrDefault() is { } body)
        {
            // CSV, and JSON that is taken as it is, have no shape to be wrong in: their faults are values.
            if (body.RequestType != typeof(string) && body.RequestType != typeof(object))
            {
                Add(400, "The body cannot be read.");
            }
            Add(408, "The body came too slowly.");
            Add(413, "The body is too large.");
            Add(415, "The media type is not supported.");
            if (!body.ContentTypes.Contains("application/x-www-form-urlencoded"))
            {
                Add(422, "Values cannot be accepted; see errors.");
            }
        }
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            Add(401, "No valid token.");
            if (metadata.OfType<IAuthorizeData>().Any(authorize => authorize.Policy is not (null or Policies.Viewer)))
            {
                Add(403, "The role does not reach for this.");
            }
        }
        if (operation.Parameters.Any(parameter => parameter.In == ParameterLocation.Path))
        {
            Add(404, "No such row, or someone else's.");
        }
        foreach (var never in metadata.OfType<NeverAnswers>())
        {
            responses.Remove($"{never.Status}");
        }
        responses.TryAdd("default", Answer("Any other error."));
        return Task.CompletedTask;

        void Add(int status, string description) => responses.TryAdd($"{status}", Answer(description));

        OpenApiResponse Answer(string description) => new()
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType> { [ProblemType] = new() { Schema = new OpenApiSchemaReference("Problem", context.Document) } },
        };
    }

    // Null or anything is anything; said as oneOf, null would match twice, and so not at all.
    private static OpenApiSchemaReference? NullOrAnything(IOpenApiSchema schema) =>
        schema.OneOf is [{ Type: JsonSchemaType.Null }, OpenApiSchemaReference { Type: null, Properties: null or { Count: 0 }, OneOf: null or { Count: 0 } } anything] ? anything : null;

    // Our converters hide from the schema what they read and write.
    private static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        var known = Nullable.GetUnderlyingType(type) ?? type;
        if (known == typeof(decimal))
        {
            schema.Type = JsonSchemaType.Number | NullIf(known != type);
            schema.Description ??= $"Exact: at most {ExactDecimal.Limits}.";
        }
        else if (known == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | NullIf(known != type);
            schema.Format = "date-time";
        }
        return Task.CompletedTask;

        static JsonSchemaType NullIf(bool nullable) => nullable ? JsonSchemaType.Null : default;
    }

    private sealed record NeverAnswers(int Status);
}
