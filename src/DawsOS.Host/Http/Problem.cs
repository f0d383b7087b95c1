using System.Text.Json.Serialization;

namespace DawsOS.Http;

/// <summary>The body of every error, RFC 9457 with this API's extensions.</summary>
internal sealed record Problem
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public required string Error { get; init; }

    public required string RequestId { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ProblemField>? Errors { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public object? Details { get; init; }
}

/// <summary>One fault; the pointer is a JSON pointer into the body.</summary>
internal sealed record ProblemField(string Pointer, string Message);

/// <summary>Writes problems; the only place that does.</summary>
internal static class ProblemWriter
{
    public static async Task WriteAsync(
        HttpContext context, string code, string detail, IReadOnlyList<FieldError>? errors = null, object? details = null, TimeSpan? retryAfter = null)
    {
        var (status, title) = ProblemCodes.Of(code);
        context.Response.StatusCode = status;
        if (retryAfter is { } wait)
        {
            SetRetryAfter(context.Response, wait);
        }
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        var problem = new Problem
        {
            Type = $"urn:dawsos:{code}",
            Title = title,
            Status = status,
            Detail = detail,
            Error = code,
            RequestId = context.TraceIdentifier,
            Timestamp = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            Errors = errors is { Count: > 0 } ? [.. errors.Select(e => new ProblemField(e.Pointer, e.Message))] : null,
            Details = details,
        };
        await context.Response.WriteAsJsonAsync(problem, JsonSetup.Options, "application/problem+json", context.RequestAborted);
    }

    public static void SetRetryAfter(HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
