namespace DawsOS.Http;

/// <summary>What pages of other sites may do: with CORS_ORIGINS call the API with a token, without it nothing.</summary>
internal static class CrossSite
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly string[] RequestHeaders =
        ["Authorization", "Content-Type", "Idempotency-Key", "Ingest-Id", "Last-Event-ID", "X-Request-Id", "traceparent", "tracestate"];

    private static readonly string[] ResponseHeaders = ["X-Request-Id", "Location", "Retry-After"];
    private static readonly TimeSpan PreflightHolds = TimeSpan.FromMinutes(10);

    // Never with credentials: the cookie is for our own pages.
    public static void AddCrossSite(this IServiceCollection services, FrontDoorOptions options) => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
        .WithOrigins([.. options.CorsOrigins])
        .WithMethods(Methods)
        .WithHeaders(RequestHeaders)
        .WithExposedHeaders(ResponseHeaders)
        .SetPreflightMaxAge(PreflightHolds)));

    /// <summary>Goes after routing and before authentication.</summary>
    public static void UseCrossSite(this WebApplication app, FrontDoorOptions options)
    {
        if (!options.CorsOrigins.IsEmpty)
        {
            app.UseCors();
        }
        app.Use((context, next) => ChangesSomething(context.Request.Method) && IsForeign(context.Request, options)
            ? ProblemWriter.WriteAsync(context, RejectionCodes.Forbidden, "A page of another site may not send this.")
            : next(context));
    }

    private static bool ChangesSomething(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsTrace(method);

    /// <summary>
    /// Whether a browser says that a page of another site sends this. A token is no browser's own to send, so a request with one is nobody's
    /// trick; who sends neither header is no browser. Sec-Fetch-Site goes first: a proxy may have changed the host that Origin is compared with.
    /// </summary>
    private static bool IsForeign(HttpRequest request, FrontDoorOptions options)
    {
        if (request.Headers.Authorization.Count > 0)
        {
            return false;
        }
        var origin = request.Headers.Origin.ToString();
        if (options.CorsOrigins.Contains(origin))
        {
            return false;
        }
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "none" => false,
            "" => origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsHost(from, request.Host)),
            _ => true,
        };
    }

    // Not the scheme: a proxy that ends TLS may not be a named one.
    private static bool IsHost(Uri origin, HostString host) =>
        host.Host.Equals(origin.Host, StringComparison.OrdinalIgnoreCase) && (host.Port is not { } port || port == origin.Port);
}
