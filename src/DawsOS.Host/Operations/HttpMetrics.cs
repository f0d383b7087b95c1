using System.Diagnostics;
using System.Globalization;

using DawsOS.Http;
using DawsOS.Metrics;

using Microsoft.AspNetCore.Diagnostics;

namespace DawsOS.Operations;

/// <summary>Times every request, and keeps <c>/metrics</c> on its own port when there is one.</summary>
internal static class HttpMetrics
{
    // Anything may be sent as a method; a label must stay a small set.
    private static readonly HashSet<string> Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    /// <summary>Goes outside the exception handler, so that it sees the status that the client sees.</summary>
    public static void UseHttpMetrics(this WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<DawsMetrics>();
        app.Use(async (context, next) =>
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "other";
                metrics.HttpRequest(Route(context), method, context.Response.StatusCode.ToString(CultureInfo.InvariantCulture), Stopwatch.GetElapsedTime(started));
            }
        });
    }

    /// <summary>With METRICS_PORT, that port serves nothing but /metrics and the front door serves all the rest. Goes after routing.</summary>
    public static void UseMetricsPort(this WebApplication app, int? port)
    {
        if (port is null)
        {
            return;
        }
        app.Use((context, next) => context.Connection.LocalPort == port == (Route(context) == OperationsEndpoints.Metrics)
            ? next(context)
            : ProblemWriter.WriteAsync(context, RejectionCodes.NotFound, $"There is nothing at {context.Request.Path}."));
    }

    // The exception handler takes the endpoint off the context and keeps it in its feature.
    private static string Route(HttpContext context) =>
        (context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint) is RouteEndpoint { RoutePattern.RawText: { } template }
            ? template
            : "unmatched";
}
