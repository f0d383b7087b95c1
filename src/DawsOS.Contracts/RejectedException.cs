using System.Collections.Immutable;

namespace DawsOS;

/// <summary>One fault in a request.</summary>
/// <param name="Pointer">RFC 6901 JSON pointer into the body, <c>""</c> for the whole.</param>
/// <param name="Message">What is wrong and what would be accepted; never a secret.</param>
[GenerateSerializer, Immutable, Alias("daws.field-error")]
public sealed record FieldError([property: Id(0)] string Pointer, [property: Id(1)] string Message);

/// <summary>A caller's mistake: carries a stable code that the front door turns into a problem+json answer; never used for outages or bugs.</summary>
[GenerateSerializer, Alias("daws.rejected")]
public sealed class RejectedException : Exception
{
    /// <summary>Makes a rejection.</summary>
    /// <param name="code">One of <see cref="RejectionCodes"/>.</param>
    /// <param name="message">One sentence for the caller: what was wrong, where, what to do.</param>
    /// <param name="errors">The single faults, none by default.</param>
    public RejectedException(string code, string message, params ImmutableArray<FieldError> errors)
        : base(message)
    {
        Code = code;
        Errors = errors;
    }

    /// <summary>Stable code, see <see cref="RejectionCodes"/>.</summary>
    [Id(0)]
    public string Code { get; private set; }

    /// <summary>The single faults; may be empty.</summary>
    [Id(1)]
    public ImmutableArray<FieldError> Errors { get; private set; }

    /// <summary>Well-formed, but with values that cannot be accepted (422).</summary>
    /// <param name="errors">At least one fault.</param>
    /// <returns>The exception to throw.</returns>
    public static RejectedException Validation(params ImmutableArray<FieldError> errors) =>
        new(RejectionCodes.ValidationFailed, errors.Length == 1 ? errors[0].Message : $"{errors.Length} values cannot be accepted.", errors);

    /// <summary>No such row, or not the caller's (404 either way).</summary>
    /// <param name="what">What was looked for, e.g. <c>alert</c>.</param>
    /// <returns>The exception to throw.</returns>
    public static RejectedException NotFound(string what) => new(RejectionCodes.NotFound, $"There is no such {what}.");
}

/// <summary>The database is away or does not answer in time (503).</summary>
[GenerateSerializer, Alias("daws.database-unavailable")]
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What the database or the way to it said; for the log.</param>
    /// <param name="outcomeUnknown">True when it was lost during a commit.</param>
    public DatabaseUnavailableException(string message, bool outcomeUnknown = false)
        : base(message) => OutcomeUnknown = outcomeUnknown;

    /// <summary>True: it may be stored or not, look before repeating. False: nothing was stored, the same request may be repeated.</summary>
    [Id(0)]
    public bool OutcomeUnknown { get; private set; }
}

/// <summary>The stable codes of <see cref="RejectedException"/>; the front door maps each to one HTTP status.</summary>
public static class RejectionCodes
{
    /// <summary>400: not JSON, or a duplicate member.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>400: a member the contract does not know.</summary>
    public const string UnknownMember = "unknown_member";

    /// <summary>400: a member or parameter of the wrong type.</summary>
    public const string InvalidType = "invalid_type";

    /// <summary>400: a PATCH that changes nothing.</summary>
    public const string EmptyPatch = "empty_patch";

    /// <summary>400: an id in the path that is none.</summary>
    public const string InvalidId = "invalid_id";

    /// <summary>401: no valid token, or wrong credentials.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>403: the role does not reach.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>404: no such row, or someone else's.</summary>
    public const string NotFound = "not_found";

    /// <summary>409: the row is in a state that does not allow it.</summary>
    public const string Conflict = "conflict";

    /// <summary>409: the same key came with another body.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";

    /// <summary>422: values that cannot be accepted.</summary>
    public const string ValidationFailed = "validation_failed";

    /// <summary>422: pattern inputs or a definition that cannot be accepted.</summary>
    public const string PatternInvalid = "pattern_invalid";

    /// <summary>409: the run was cancelled.</summary>
    public const string RunCancelled = "run_cancelled";

    /// <summary>503: the agent of a required step has failed repeatedly and is not called for a while.</summary>
    public const string CircuitBreakerOpen = "CIRCUIT_BREAKER_OPEN";

    /// <summary>404: no pattern of that id is loaded.</summary>
    public const string PatternNotFound = "pattern_not_found";

    /// <summary>503: no observation on or before the date asked for.</summary>
    public const string PricingPackNotFound = "pricing_pack_not_found";

    /// <summary>429: too many requests; repeat later.</summary>
    public const string RateLimited = "rate_limited";
}
