using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DawsOS.Http;

/// <summary>
/// Which members the document calls required. In an answer they are those that are always written; the framework looks at constructors instead,
/// as for a body, and so misses members and promises those that are left out when null. A body takes no other members than its own.
/// </summary>
internal sealed class OpenApiMembers : IOpenApiSchemaTransformer
{
    private HashSet<Type>? _bodies;

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo;
        if (type.Kind != JsonTypeInfoKind.Object || schema.Properties is not { Count: > 0 } members)
        {
            return Task.CompletedTask;
        }
        _bodies ??= Bodies(context.ApplicationServices.GetRequiredService<EndpointDataSource>());
        if (_bodies.Contains(type.Type))
        {
            schema.AdditionalPropertiesAllowed = false;
        }
        else
        {
            schema.Required = type.Properties.Where(IsAlwaysWritten).Select(property => property.Name).Where(members.ContainsKey).ToHashSet(StringComparer.Ordinal);
        }
        return Task.CompletedTask;
    }

    private static bool IsAlwaysWritten(JsonPropertyInfo property) =>
        property.Get is not null
        && property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).Cast<JsonIgnoreAttribute>()
            .All(ignore => ignore.Condition == JsonIgnoreCondition.Never) is not false;

    // What routes take, and all that is inside.
    private static HashSet<Type> Bodies(EndpointDataSource routes)
    {
        var bodies = new HashSet<Type>();
        foreach (var body in routes.Endpoints.SelectMany(route => route.Metadata.OfType<IAcceptsMetadata>()).Select(accepts => accepts.RequestType).OfType<Type>())
        {
            Add(JsonSetup.Options.GetTypeInfo(body));
        }
        return bodies;

        void Add(JsonTypeInfo type)
        {
            if (type.Kind == JsonTypeInfoKind.Object && bodies.Add(type.Type))
            {
                foreach (var property in type.Properties)
                {
                    Add(JsonSetup.Options.GetTypeInfo(property.PropertyType));
                }
            }
            else if (type.ElementType is { } element)
            {
                Add(JsonSetup.Options.GetTypeInfo(element));
            }
        }
    }
}
