using Microsoft.AspNetCore.Http.Metadata;

namespace DawsOS.Http;

/// <summary>
/// Reads bodies before their requests have a place (<see cref="Admission"/>): else a few who send theirs slowly would keep everybody waiting. What is small
/// is read of anybody, what is large only of a user who may send it. At worst there lie 8 KiB for each request of nobody who signed in, which is no more
/// than its headers may take, and of each user 1 MiB for each of half of the places. An import keeps its place, of which there are few.
/// </summary>
internal static class WholeBodies
{
    /// <summary>Goes before the places.</summary>
    public static void UseSmallBodies(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (Limit(context) <= KestrelLimits.SmallBody)
        {
            await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        }
        await next(context);
    });

    /// <summary>Goes after everything that may refuse the caller.</summary>
    public static void UseLargeBodies(this IApplicationBuilder app) => app.Use((context, next) => Limit(context) <= KestrelLimits.BodyLimit
        ? Admission.WaitForClientAsync(context, RequestBody.ReadAsync(context.Request, context.RequestAborted), next)
        : next(context));

    // Null where no body is expected.
    private static long? Limit(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<IAcceptsMetadata>() is null ? null : metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? KestrelLimits.BodyLimit;
    }
}
