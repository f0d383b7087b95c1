namespace DawsOS.Http;

/// <summary>Every response carries X-Request-Id: the caller's when it sent a valid one, else a new one.</summary>
internal static class RequestId
{
    private const string Header = "X-Request-Id";

    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var sent = context.Request.Headers[Header];
        context.TraceIdentifier = sent.Count == 1 && IsValid(sent[0]!)
            ? sent[0]!
            : Guid.CreateVersion7(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).ToString("N");
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = context.TraceIdentifier;
            return Task.CompletedTask;
        });
        await next(context);
    });

    /// <summary>1–128 visible ASCII characters; also the form of Ingest-Id and Idempotency-Key.</summary>
    public static bool IsValid(string text) => text.Length is >= 1 and <= 128 && text.All(c => c is > ' ' and <= '~');
}
