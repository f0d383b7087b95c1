namespace DawsOS.Http;

/// <summary>What every answer tells browsers; a route's own word goes first.</summary>
internal static class SecurityHeaders
{
    /// <summary>For JSON: nothing is to be loaded or run, framed by nobody.</summary>
    public const string NothingButData = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string AYear = "max-age=31536000";

    /// <summary>Goes outside everything that answers.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Said when the answer starts: the exception handler clears what was said before.
        context.Response.OnStarting(static state =>
        {
            Add((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    /// <summary>Says what the pages of a route may load.</summary>
    public static TBuilder WithContentPolicy<TBuilder>(this TBuilder endpoint, string policy)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ContentPolicy(policy));

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Not no-referrer: with that the login form would be sent with "Origin: null", as if from nowhere.
        headers["Referrer-Policy"] = "same-origin";
        headers.TryAdd("Content-Security-Policy", context.GetEndpoint()?.Metadata.GetMetadata<ContentPolicy>()?.Text ?? NothingButData);
        // Nearly all of it is somebody's own; what is not is cheap to ask for again.
        headers.TryAdd("Cache-Control", "no-store");
        // Browsers would take it for every port of localhost.
        if (context.Request.IsHttps && context.Request.Host.Host != "localhost")
        {
            headers.StrictTransportSecurity = AYear;
        }
    }

    private sealed record ContentPolicy(string Text);
}
