using System.Threading.RateLimiting;

using DawsOS.Accounts;

namespace DawsOS.Http;

/// <summary>How many event streams a user may hold open in this process.</summary>
internal sealed class StreamLimit : IDisposable
{
    public const int PerUser = 10;

    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(5);

    private readonly PartitionedRateLimiter<Guid> _streams = PartitionedRateLimiter.Create<Guid, Guid>(
        user => RateLimitPartition.GetConcurrencyLimiter(user, _ => new ConcurrencyLimiterOptions { PermitLimit = PerUser, QueueLimit = 0 }));

    public void Dispose() => _streams.Dispose();

    public async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        using var lease = _streams.AttemptAcquire(context.User.Caller().UserId);
        await (lease.IsAcquired
            ? next(context)
            : ProblemWriter.WriteAsync(
                context, RejectionCodes.RateLimited, $"You have {PerUser} event streams open, which is the most: close one.", retryAfter: ComeBack));
    }

    /// <summary>Marks an event stream.</summary>
    public sealed record Limited;
}

/// <summary>Attaches the limit of streams to routes.</summary>
internal static class StreamLimiting
{
    /// <summary>An event stream: it may last, so neither the time nor the places of ordinary requests hold for it, but its own limit.</summary>
    public static TBuilder AsStream<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.DisableRequestTimeout();
        return endpoint.WithMetadata(new StreamLimit.Limited()).DisableRateLimiting();
    }

    /// <summary>Comes after authorisation, so that there is a user to count.</summary>
    public static void UseStreamLimit(this IApplicationBuilder app)
    {
        var limit = app.ApplicationServices.GetRequiredService<StreamLimit>();
        app.Use((context, next) => context.GetEndpoint()?.Metadata.GetMetadata<StreamLimit.Limited>() is null ? next(context) : limit.ServeAsync(context, next));
    }
}
