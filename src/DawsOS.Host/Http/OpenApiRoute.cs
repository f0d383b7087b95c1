using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace DawsOS.Http;

/// <summary>
/// Serves the document, made once: routes do not change, making it takes a processor for 45 ms, and anybody may ask. Not by output caching: that makes it anew
/// for everyone who sends an Authorization header.
/// </summary>
internal static class OpenApiRoute
{
    private const string Document = "v1";

    public static void MapOpenApiDocument(this WebApplication app)
    {
        // At the first request, because routes are still being mapped.
        var bytes = new Lazy<Task<byte[]>>(() => MakeAsync(app.Services));
        app.MapGet($"/openapi/{Document}.json", async () => TypedResults.Bytes(await bytes.Value, "application/json; charset=utf-8"))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<byte[]> MakeAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync(CancellationToken.None);
        using var bytes = new MemoryStream();
        var version = services.GetRequiredService<IOptionsMonitor<OpenApiOptions>>().Get(Document).OpenApiVersion;
        await document.SerializeAsJsonAsync(bytes, version, CancellationToken.None);
        return bytes.ToArray();
    }
}
