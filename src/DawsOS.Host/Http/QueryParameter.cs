using System.Text.Json.Nodes;

using Microsoft.OpenApi;

namespace DawsOS.Http;

/// <summary>An optional parameter outside the body, as the OpenAPI document tells it; <see cref="Queries"/> and <see cref="Paging"/> read them.</summary>
internal sealed record QueryParameter(string Name, JsonSchemaType Type, string? Format = null)
{
    public static readonly QueryParameter Limit = new("limit", JsonSchemaType.Integer) { Description = "1–1000." };
    public static readonly QueryParameter Offset = new("offset", JsonSchemaType.Integer) { Description = "From 0." };

    public string? Description { get; init; }

    public ParameterLocation In { get; init; } = ParameterLocation.Query;

    private IReadOnlyList<string> Values { get; init; } = [];

    public static QueryParameter Text(string name) => new(name, JsonSchemaType.String);

    public static QueryParameter Flag(string name) => new(name, JsonSchemaType.Boolean);

    public static QueryParameter Date(string name) => new(name, JsonSchemaType.String, "date");

    public static QueryParameter Instant(string name) => new(name, JsonSchemaType.String, "date-time") { Description = "A date is its first moment in UTC." };

    /// <summary>Empty values are those of a parameter that is not there.</summary>
    public static QueryParameter OneOf(string name, params IEnumerable<string> values) =>
        new(name, JsonSchemaType.String) { Values = [.. values.Where(value => value.Length > 0)] };

    public static QueryParameter Header(string name, string description) =>
        new(name, JsonSchemaType.String) { In = ParameterLocation.Header, Description = description };

    public OpenApiParameter ToOpenApi() => new()
    {
        Name = Name,
        In = In,
        Description = Description,
        Schema = new OpenApiSchema
        {
            Type = Type,
            Format = Format,
            Enum = Values.Count == 0 ? null : [.. Values.Select(value => (JsonNode)value)],
        },
    };
}

internal static class QueryParameterMetadata
{
    /// <summary>Says in the document which parameters a route reads.</summary>
    public static TBuilder WithQuery<TBuilder>(this TBuilder endpoint, params QueryParameter[] parameters)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata([.. parameters]);

    /// <summary>A list: limit and offset besides its own.</summary>
    public static TBuilder WithPaging<TBuilder>(this TBuilder endpoint, params QueryParameter[] parameters)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithQuery([.. parameters, QueryParameter.Limit, QueryParameter.Offset]);
}
