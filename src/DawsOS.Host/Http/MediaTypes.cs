using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;

namespace DawsOS.Http;

/// <summary>Routing refuses a media type by an endpoint of its own, which does not know what the route wanted.</summary>
internal static class MediaTypes
{
    /// <summary>What the routes of this path and method take.</summary>
    public static IEnumerable<string> Wanted(HttpContext context) =>
        context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(context.Request.Method) is true && IsOf(route, context.Request.Path))
            .SelectMany(route => route.Metadata.OfType<IAcceptsMetadata>())
            .SelectMany(accepts => accepts.ContentTypes)
            .Distinct(StringComparer.Ordinal);

    private static bool IsOf(RouteEndpoint route, PathString path) =>
        new TemplateMatcher(new RouteTemplate(route.RoutePattern), []).TryMatch(path, []);
}
