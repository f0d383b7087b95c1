using System.Collections.Frozen;

namespace DawsOS.Http;

/// <summary>Every error code on the wire with its status and title; a code that is missing here is a bug (500).</summary>
internal static class ProblemCodes
{
    public const string MethodNotAllowed = "method_not_allowed";
    public const string RequestTimeout = "request_timeout";
    public const string PayloadTooLarge = "payload_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string InternalError = "internal_error";
    public const string DatabaseUnavailable = "database_unavailable";
    public const string Overloaded = "overloaded";
    public const string SiloLost = "silo_lost";
    public const string Timeout = "timeout";
    public const string PatternExecutionError = "pattern_execution_error";

    private static readonly FrozenDictionary<string, (int Status, string Title)> Known = new Dictionary<string, (int, string)>
    {
        [RejectionCodes.MalformedJson] = (400, "The body is not acceptable JSON"),
        [RejectionCodes.UnknownMember] = (400, "The request has an unknown member"),
        [RejectionCodes.InvalidType] = (400, "A value has the wrong type"),
        [RejectionCodes.EmptyPatch] = (400, "The patch changes nothing"),
        [RejectionCodes.InvalidId] = (400, "The id is none"),
        [RejectionCodes.Unauthorized] = (401, "Sign in"),
        [RejectionCodes.Forbidden] = (403, "Not allowed"),
        [RejectionCodes.NotFound] = (404, "Not found"),
        [RejectionCodes.RunCancelled] = (409, "The run was cancelled"),
        [RejectionCodes.CircuitBreakerOpen] = (503, "An agent is left alone for a while"),
        [SiloLost] = (503, "The silo went away"),
        [RejectionCodes.PatternNotFound] = (404, "Pattern not found"),
        [MethodNotAllowed] = (405, "Method not allowed"),
        [RequestTimeout] = (408, "The body came too slowly"),
        [RejectionCodes.Conflict] = (409, "Conflict"),
        [RejectionCodes.IdempotencyConflict] = (409, "The key was used for another request"),
        [PayloadTooLarge] = (413, "The body is too large"),
        [UnsupportedMediaType] = (415, "The media type is not supported"),
        [RejectionCodes.ValidationFailed] = (422, "Values cannot be accepted"),
        [RejectionCodes.PatternInvalid] = (422, "The pattern inputs cannot be accepted"),
        [RejectionCodes.RateLimited] = (429, "Too many requests"),
        [InternalError] = (500, "Something broke"),
        [PatternExecutionError] = (500, "The pattern failed"),
        [DatabaseUnavailable] = (503, "The database does not answer"),
        [Overloaded] = (503, "Too busy"),
        [RejectionCodes.PricingPackNotFound] = (503, "There is no data yet"),
        [Timeout] = (504, "The time ran out"),
    }.ToFrozenDictionary();

    public static (int Status, string Title) Of(string code) => Known.TryGetValue(code, out var known) ? known : Known[InternalError];

    /// <summary>The code for a status that the framework answered by itself.</summary>
    public static string ForStatus(int status) => status switch
    {
        400 => RejectionCodes.MalformedJson,
        401 => RejectionCodes.Unauthorized,
        403 => RejectionCodes.Forbidden,
        404 => RejectionCodes.NotFound,
        405 => MethodNotAllowed,
        408 => RequestTimeout,
        413 => PayloadTooLarge,
        415 => UnsupportedMediaType,
        429 => RejectionCodes.RateLimited,
        503 => Overloaded,
        504 => Timeout,
        _ => InternalError,
    };
}
