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
    private const string Asynchronous = "async";
    private static readonly string[] Modes = ["", Asynchronous];

    // A run ends itself after 30 s and says how far it came; this is for when even that does not happen.
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(45);

    public static void MapExecute(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/execute", ExecuteAsync)
            .RequireAuthorization(Policies.User)
            .WithExecutionLimit()
            .AsExecution()
            .WithQuery(QueryParameter.OneOf("mode", Modes), QueryParameter.Header("Idempotency-Key", "Repeating it answers the first run; 1-128 visible ASCII characters."))
            .Produces<ExecuteResponse>()
            .Produces<RunStarted>(StatusCodes.Status202Accepted)
            .WithTags("Patterns")
            .WithRequestTimeout(RequestTime);

    private static async Task<IResult> ExecuteAsync(
        JsonBody<ExecuteRequest> body, HttpContext context, IGrainFactory grains, GrainSlots slots, PatternCatalogue catalogue, PatternMetrics metrics, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var label = catalogue.Find(body.Value.PatternId)?.Id ?? PatternMetrics.UnknownPattern;
        PatternRun run;
        try
        {
            var command = Command(body.Value, context);
            var key = Key(context.Request);
            if (Queries.OneOf(context.Request, "mode", Modes) == Asynchronous)
            {
                return await StartAsync(grains, command, key, clock, context, cancellationToken);
            }
            run = key is null
                ? await grains.GetGrain<IPatternRunnerGrain>(slots.Next()).ExecuteAsync(command, cancellationToken)
                : await Run(grains, command.Caller, key).ExecuteAsync(new StartRun(command, key), cancellationToken);
        }
        catch (Exception e)
        {
            metrics.RequestError(label, ErrorType(e));
            throw;
        }
        if (run.Failure is not { } failure)
        {
            metrics.RequestServed(label, true, clock.GetElapsedTime(started));
            return Results.Json(ExecuteResponse.Of(run), JsonSetup.Options);
        }
        if (run.Status != RunStatus.Cancelled)
        {
            metrics.RequestServed(label, false, clock.GetElapsedTime(started));
        }
        metrics.RequestError(label, failure.Code);
        await ProblemWriter.WriteAsync(
            context, failure.Code, failure.Message, details: FailureDetails.Of(run),
            retryAfter: Remaining(failure.RetryAfter, clock.GetUtcNow() - run.StartedAt - run.Duration));
        return Results.Empty;
    }

    private static async Task<IResult> StartAsync(
        IGrainFactory grains, ExecutePattern command, string? key, TimeProvider clock, HttpContext context, CancellationToken cancellationToken)
    {
        var grain = key is null
            ? grains.GetGrain<IPatternRunGrain>(Guid.CreateVersion7(clock.GetUtcNow()))
            : Run(grains, command.Caller, key);
        var record = await grain.StartAsync(new StartRun(command, key), cancellationToken);
        context.Response.Headers.Location = $"/v1/runs/{record.RunId:D}";
        return Results.Json(new RunStarted(record.RunId), JsonSetup.Options, statusCode: StatusCodes.Status202Accepted);
    }

    // The answer to a repeated key may be an old one: what it said to wait for has passed, and the key is used up.
    private static TimeSpan? Remaining(TimeSpan? wait, TimeSpan since) => wait - since is { } left && left > TimeSpan.Zero ? left : null;

    private static IPatternRunGrain Run(IGrainFactory grains, Caller caller, string key) =>
        grains.GetGrain<IPatternRunGrain>(RunKeys.RunId(caller.UserId, key));

    private static string? Key(HttpRequest request)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return null;
        }
        return values is [{ } key] && RunKeys.IsValid(key)
            ? key
            : throw RejectedException.Validation(new FieldError("", $"The header Idempotency-Key must be one of 1 to {RunKeys.MaxLength} visible ASCII characters."));
    }

    private static ExecutePattern Command(ExecuteRequest request, HttpContext context)
    {
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
        OperationCanceledException => RejectionCodes.RunCancelled,
        _ => ProblemCodes.InternalError,
    };

    private delegate bool Parser<T>(string text, out T value);
}
