using DawsOS.Accounts;
using DawsOS.Hosting;

namespace DawsOS.Http;

/// <summary>
/// How often this process executes and signs in. Own windows instead of System.Threading.RateLimiting: that one measures by the
/// machine's clock, and its global limiter would count every route.
/// </summary>
internal sealed class RateLimits(Settings settings, TimeProvider clock)
{
    private readonly RateWindow _executions = new(settings.UserRateLimit, settings.GlobalRateLimit, clock);

    // Apart from the executions: a flood of anonymous logins must not stop those who are signed in.
    private readonly RateWindow _logins = new(settings.UserRateLimit, settings.GlobalRateLimit, clock);

    /// <summary>Null when it may go on, else how long to wait.</summary>
    public TimeSpan? TryTakeExecution(HttpContext context) => _executions.TryTake(context.User.Caller().UserId.ToString("N"));

    /// <summary>Null when it may go on, else how long to wait. One address does not lock an account for others; what is no
    /// address counts as one account, so that keys stay short.</summary>
    public TimeSpan? TryTakeLogin(HttpContext context, string? email) =>
        _logins.TryTake($"{context.Connection.RemoteIpAddress} {(AccountRules.EmailFault(email) is null ? AccountRules.NormaliseEmail(email!) : "")}");

    public static Task RefuseAsync(HttpContext context, TimeSpan wait) => ProblemWriter.WriteAsync(
        context, RejectionCodes.RateLimited, "Too many requests in this minute; see Retry-After.", retryAfter: wait);
}

/// <summary>Attaches the limit of executions to routes.</summary>
internal static class RateLimiting
{
    /// <summary>Counts calls of this route against the caller's and the global limit, before the body is read.</summary>
    public static TBuilder WithExecutionLimit<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(ExecutionLimited.Instance);

    /// <summary>Comes after authorisation, so that there is a caller to count.</summary>
    public static void UseRateLimits(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ExecutionLimited>() is not null
        && context.RequestServices.GetRequiredService<RateLimits>().TryTakeExecution(context) is { } wait
            ? RateLimits.RefuseAsync(context, wait)
            : next(context));

    private sealed record ExecutionLimited
    {
        public static readonly ExecutionLimited Instance = new();
    }
}
