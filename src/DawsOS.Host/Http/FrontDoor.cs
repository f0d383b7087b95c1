using DawsOS.Hosting;
using DawsOS.Operations;

using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Timeouts;

namespace DawsOS.Http;

/// <summary>What every request passes, in order.</summary>
internal static class FrontDoor
{
    /// <summary>How long a request may take, unless its route says otherwise.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    public static void AddFrontDoor(this WebApplicationBuilder builder, Settings settings)
    {
        builder.WebHost.ConfigureKestrel(kestrel => KestrelLimits.Apply(kestrel, settings.FrontDoor));
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = RequestTime });
        // It would log a stack for each of them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.Timeouts", LogLevel.None);
        builder.Services.AddAdmission(settings.FrontDoor);
        builder.Services.AddCrossSite(settings.FrontDoor);
        builder.Services.AddSingleton<StreamLimit>();
        // Its answer to a host that AllowedHosts does not name is a page.
        builder.Services.PostConfigure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
        builder.Services.ConfigureHttpJsonOptions(json => JsonSetup.Configure(json.SerializerOptions));
        builder.Services.AddSingleton<OutageLog>();
        builder.Services.AddExceptionHandler<RejectedHandler>();
        builder.Services.AddOpenApi(OpenApiSetup.Configure);
    }

    /// <summary>Comes first: what is added after it (who is asking, the endpoints) has request ids, problems and metrics.</summary>
    public static void UseFrontDoor(this WebApplication app, Settings settings)
    {
        app.UseForwarding(settings.FrontDoor);
        app.UseRequestId();
        app.UseSecurityHeaders();
        app.UseHttpMetrics();
        app.UseExceptionHandler(_ => { });
        // Answers that the framework makes without a body: 401, 403, 404, 405, 415, 504.
        app.UseStatusCodePages(pages => ProblemWriter.WriteAsync(
            pages.HttpContext, ProblemCodes.ForStatus(pages.HttpContext.Response.StatusCode), Detail(pages.HttpContext)));
        // Said here, because the framework would otherwise put it before all of the above.
        app.UseRouting();
        app.UseMetricsPort(settings.MetricsPort);
        app.UseCrossSite(settings.FrontDoor);
        app.UseSmallBodies();
        app.UseAdmission();
        // After it: who waits for a place has not begun.
        app.UseRequestTimeouts();
        app.MapOpenApiDocument();
        // All below is open, so what is not there is 404 to everyone.
        app.MapGet("/openapi/{**path}", () => TypedResults.NotFound()).AllowAnonymous().ExcludeFromDescription();
    }

    private static string Detail(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => "Send 'Authorization: Bearer <token>' with a token of POST /auth/login.",
        StatusCodes.Status403Forbidden => "Your role does not reach for this.",
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not possible here; see the Allow header.",
        StatusCodes.Status415UnsupportedMediaType => $"Send Content-Type: {string.Join(" or ", MediaTypes.Wanted(context))}.",
        StatusCodes.Status504GatewayTimeout => "The work took longer than allowed.",
        _ => "The request cannot be served.",
    };
}
