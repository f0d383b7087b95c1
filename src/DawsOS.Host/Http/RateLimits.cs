using DawsOS.Accounts;
using DawsOS.Hosting;

namespace DawsOS.Http;

/// <summary>
/// How often this process executes and signs in. Own windows instead of System.Threading.RateLimiting: that one measures by the
/// machine's clock, and its global limiter would count every route.
/// </summary>
internal sealed class RateLimits(Settings settings, TimeProvider clock)
{
    private const string All = "all";

    // How many accounts may be tried from one address as often as each may be: people share addresses, and all of them share what is left of the total.
    private const int AccountsOfAddress = 3;

    // Apart from each other: a flood of anonymous logins must not stop those who are signed in.
    private readonly RateWindow _executions = new(clock);
    private readonly RateWindow _logins = new(clock);
    private readonly RateWindow _refreshes = new(clock);

    /// <summary>Null when it may go on, else how long to wait.</summary>
    public TimeSpan? TryTakeExecution(HttpContext context) => _executions.TryTake(
        new Rate($"{context.User.Caller().UserId:N}", settings.UserRateLimit), new Rate(All, settings.GlobalRateLimit));

    /// <summary>Null when it may go on, else how long to wait. One address does not lock an account for others, nor all accounts; what is no
    /// email counts as one account, so that keys stay short.</summary>
    public TimeSpan? TryTakeLogin(HttpContext context, string email)
    {
        var from = ClientNetwork.Of(context);
        return _logins.TryTake(
            new Rate($"{from} {(AccountRules.EmailFault(email) is null ? AccountRules.NormaliseEmail(email) : "")}", settings.UserRateLimit),
            new Rate($"{from}", (int)Math.Min(int.MaxValue, (long)settings.UserRateLimit * AccountsOfAddress)),
            new Rate(All, settings.GlobalRateLimit));
    }

    /// <summary>Null when it may go on, else how long to wait. Who has a token of a session is not stopped by those who guess at the same address.</summary>
    public TimeSpan? TryTakeRefresh(HttpContext context, Guid? session) =>
        _refreshes.TryTake(new Rate(session is { } id ? $"{id:N}" : $"{ClientNetwork.Of(context)}", settings.UserRateLimit));

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
