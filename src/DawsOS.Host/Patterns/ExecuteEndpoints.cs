using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Http;
using DawsOS.Metrics;

namespace DawsOS.Patterns;

/// <summary>Runs patterns.</summary>
internal static class ExecuteEndpoints
{
    public static void MapExecute(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/execute", ExecuteAsync)
            .RequireAuthorization(Policies.User)
            .WithExecutionLimit()
            .Produces<ExecuteResponse>()
            .WithTags("Patterns");

    private static async Task<IResult> ExecuteAsync(
        JsonBody<ExecuteRequest> body, HttpContext context, IGrainFactory grains, GrainSlots slots, PatternCatalogue catalogue, PatternMetrics metrics, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var label = catalogue.Find(body.Value.PatternId)?.Id ?? PatternMetrics.UnknownPattern;
        PatternRun run;
        try
        {
            run = await grains.GetGrain<IPatternRunnerGrain>(slots.Next()).ExecuteAsync(Command(body.Value, context), cancellationToken);
        }
        catch (Exception e)
        {
            metrics.RequestError(label, ErrorType(e));
            throw;
        }
        var succeeded = run.Status == RunStatus.Succeeded;
        metrics.RequestServed(label, succeeded, clock.GetElapsedTime(started));
        if (succeeded)
        {
            return Results.Json(ExecuteResponse.Of(run), JsonSetup.Options);
        }
        var code = run.Status == RunStatus.TimedOut ? ProblemCodes.Timeout : ProblemCodes.PatternExecutionError;
        metrics.RequestError(label, code);
        await ProblemWriter.WriteAsync(context, code, run.Failure!, details: new FailureDetails(run.RunId, run.Trace));
        return Results.Empty;
    }

    private static ExecutePattern Command(ExecuteRequest request, HttpContext context)
    {
        RefuseWhatIsNotBuilt(context.Request);
        var errors = new List<FieldError>();
        var asof = Value(request.AsofDate, "/asof_date", "a date YYYY-MM-DD", errors, (string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date));
        var portfolio = Value(request.PortfolioId, "/portfolio_id", "a UUID", errors, (string text, out Guid id) => Guid.TryParseExact(text, "D", out id));
        var security = Value(request.SecurityId, "/security_id", "a UUID", errors, (string text, out Guid id) => Guid.TryParseExact(text, "D", out id));
        if (errors.Count > 0)
        {
            throw new RejectedException(RejectionCodes.PatternInvalid, $"{errors[0].Pointer}: {errors[0].Message}", [.. errors]);
        }
        return new ExecutePattern(
            context.User.Caller(), request.PatternId, request.Inputs.ValueKind == JsonValueKind.Undefined ? "{}" : request.Inputs.GetRawText(),
            request.RequireFresh, asof, portfolio, security, context.TraceIdentifier,
            (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString());
    }

    // Ignoring them would promise what nothing keeps.
    private static void RefuseWhatIsNotBuilt(HttpRequest request)
    {
        if (request.Headers.ContainsKey("Idempotency-Key"))
        {
            throw RejectedException.Validation(new FieldError("", "The header Idempotency-Key is not available yet: leave it out."));
        }
        if (request.Query.ContainsKey("mode"))
        {
            throw RejectedException.Validation(new FieldError("", "The query parameter 'mode' is not available yet: leave it out."));
        }
    }

    private static T? Value<T>(string? text, string pointer, string expected, List<FieldError> errors, Parser<T> parse)
        where T : struct
    {
        if (text is null)
        {
            return null;
        }
        if (parse(text, out var value))
        {
            return value;
        }
        errors.Add(new FieldError(pointer, $"Must be {expected}."));
        return null;
    }

    private static string ErrorType(Exception e) => e switch
    {
        RejectedException rejected => rejected.Code,
        DatabaseUnavailableException => ProblemCodes.DatabaseUnavailable,
        TimeoutException => ProblemCodes.Timeout,
        OperationCanceledException => "run_cancelled",
        _ => ProblemCodes.InternalError,
    };

    private delegate bool Parser<T>(string text, out T value);
}
