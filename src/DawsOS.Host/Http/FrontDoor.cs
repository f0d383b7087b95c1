using DawsOS.Operations;

namespace DawsOS.Http;

/// <summary>What every request passes, in order.</summary>
internal static class FrontDoor
{
    /// <summary>Bytes of a body, unless its route allows more.</summary>
    public const long BodyLimit = 1 << 20;

    public static void AddFrontDoor(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit;
        });
        builder.Services.ConfigureHttpJsonOptions(json => JsonSetup.Configure(json.SerializerOptions));
        builder.Services.AddSingleton<OutageLog>();
        builder.Services.AddExceptionHandler<RejectedHandler>();
        builder.Services.AddOpenApi(OpenApiSetup.Configure);
    }

    /// <summary>Comes first: what is added after it (who is asking, the endpoints) has request ids, problems and metrics.</summary>
    public static void UseFrontDoor(this WebApplication app, int? metricsPort)
    {
        app.UseRequestId();
        app.UseHttpMetrics();
        app.UseExceptionHandler(_ => { });
        // Answers that the framework makes without a body: 401, 403, 404, 405, 415.
        app.UseStatusCodePages(pages => ProblemWriter.WriteAsync(
            pages.HttpContext, ProblemCodes.ForStatus(pages.HttpContext.Response.StatusCode), Detail(pages.HttpContext)));
        // Said here, because the framework would otherwise put it before all of the above.
        app.UseRouting();
        app.UseMetricsPort(metricsPort);
        app.MapOpenApi("/openapi/v1.json").AllowAnonymous();
        // All below is open, so what is not there is 404 to everyone.
        app.MapGet("/openapi/{**path}", () => TypedResults.NotFound()).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Lets a route take a larger body than <see cref="BodyLimit"/>.</summary>
    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder endpoint, long bytes)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new BodyLimitMetadata(bytes));

    private static string Detail(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => "Send 'Authorization: Bearer <token>' with a token of POST /auth/login.",
        StatusCodes.Status403Forbidden => "Your role does not reach for this.",
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not possible here; see the Allow header.",
        StatusCodes.Status415UnsupportedMediaType => $"Send Content-Type: {string.Join(" or ", MediaTypes.Wanted(context))}.",
        _ => "The request cannot be served.",
    };

    private sealed record BodyLimitMetadata(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata;
}
