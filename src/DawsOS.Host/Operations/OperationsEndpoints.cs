using Microsoft.AspNetCore.Http.HttpResults;

using Prometheus;

namespace DawsOS.Operations;

/// <summary>What machines ask: is it alive, is it ready, how does it do. No token.</summary>
internal static class OperationsEndpoints
{
    public const string Metrics = "/metrics";

    private static readonly string[] Probes = ["GET", "HEAD"];

    public static void AddOperations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ =>
        {
            var registry = Prometheus.Metrics.NewCustomRegistry();
            DotNetStats.Register(registry);
            return registry;
        });
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<OrleansMeters>();
    }

    public static void MapOperations(this WebApplication app)
    {
        // They answer under any load, so they wait for no place.
        var operations = app.MapGroup("").AllowAnonymous().DisableRateLimiting().WithTags("Operations");
        operations.MapGet("/", HomePage.Show).Produces(StatusCodes.Status200OK, contentType: "text/html")
            .WithSummary("For people: where to go from here.");
        // Load balancers like to ask without wanting the answer's body.
        operations.MapMethods("/health", Probes, (TimeProvider clock) => TypedResults.Ok(new Liveness("healthy", clock.GetUtcNow())))
            .WithSummary("The process runs.");
        operations.MapMethods("/health/ready", Probes, ReadyAsync)
            .Produces<ReadinessReport>()
            .Produces<ReadinessReport>(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Whether it can serve now, and what is wrong if not.");
        operations.MapGet(Metrics, ExportAsync)
            .Produces<string>(contentType: "text/plain")
            .WithSummary("Metrics in Prometheus' text form.");
    }

    private static async Task<JsonHttpResult<ReadinessReport>> ReadyAsync(Readiness readiness, CancellationToken cancellationToken)
    {
        var report = await readiness.CheckAsync(cancellationToken);
        return TypedResults.Json(report, statusCode: report.Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task ExportAsync(HttpContext context, CollectorRegistry registry, CancellationToken cancellationToken)
    {
        context.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await registry.CollectAndExportAsTextAsync(context.Response.Body, cancellationToken);
    }
}

/// <summary>The answer of <c>GET /health</c>.</summary>
internal sealed record Liveness(string Status, DateTimeOffset Timestamp);
