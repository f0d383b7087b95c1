using DawsOS.Accounts;
using DawsOS.Http;

using Orleans.Dashboard;

namespace DawsOS.Operations;

/// <summary>The Orleans dashboard, for an ADMIN.</summary>
internal static class DashboardEndpoints
{
    private const string Root = "/dashboard";

    // Its charts set styles; scripts are its own files only.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapDashboard(this WebApplication app)
    {
        app.MapOrleansDashboard(Root).RequireAuthorization(Policies.AdminPage).WithContentPolicy(ContentPolicy).ExcludeFromDescription().AddEndpointFilter(RefuseUnknownSiloAsync);
        // Else a path that is none would fall to the API's policy, which knows no cookie, and ask an ADMIN to sign in.
        app.MapGet(Root + "/{**path}", () => TypedResults.NotFound()).RequireAuthorization(Policies.AdminPage).ExcludeFromDescription();
    }

    // The library makes a grain of whatever stands in the path, which breaks when it is no silo's address.
    private static ValueTask<object?> RefuseUnknownSiloAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext;
        var isHistory = request.Request.Path.StartsWithSegments(Root + "/HistoricalStats");
        if (request.Request.RouteValues.TryGetValue(isHistory ? "path" : "address", out var asked)
            && request.RequestServices.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses()
                .Keys.All(silo => silo.ToParsableString() != asked as string))
        {
            throw RejectedException.NotFound("silo");
        }
        return next(context);
    }
}
