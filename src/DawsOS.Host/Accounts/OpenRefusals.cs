using Microsoft.AspNetCore.Authorization;

namespace DawsOS.Accounts;

/// <summary>
/// Routing answers a wrong method or media type by an endpoint of its own, which knows nothing of AllowAnonymous. On a path that is open
/// to all its 405 or 415 must not become "sign in".
/// </summary>
internal static class OpenRefusals
{
    private static readonly EndpointMetadataCollection Anonymous = new(new AllowAnonymousAttribute());

    public static void UseOpenRefusals(this WebApplication app)
    {
        // Routes are still being mapped when the pipeline is built.
        var open = new Lazy<HashSet<string>>(() => OpenPaths(app.Services.GetRequiredService<EndpointDataSource>()));
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is { } endpoint and not RouteEndpoint && open.Value.Contains(Path(context.Request.Path.Value)))
            {
                context.SetEndpoint(new Endpoint(endpoint.RequestDelegate, Anonymous, endpoint.DisplayName));
            }
            return next(context);
        });
    }

    private static HashSet<string> OpenPaths(EndpointDataSource routes) => routes.Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        .Select(route => Path(route.RoutePattern.RawText))
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string Path(string? text) => (text ?? "").Trim('/');
}
