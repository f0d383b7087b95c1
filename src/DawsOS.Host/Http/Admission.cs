using System.Net;
using System.Threading.RateLimiting;

using DawsOS.Accounts;

using Microsoft.AspNetCore.RateLimiting;

namespace DawsOS.Http;

/// <summary>
/// How many requests are worked on at a time. Half as many more wait; what comes on top is refused with 503, so that under overload those
/// inside still end in time. Kinds have bounds of their own: long executions do not keep others from reading, nor logins from executing.
/// Liveness, readiness, metrics and streams are outside.
/// </summary>
internal static class Admission
{
    private const string Requests = "requests";
    private const string Executions = "executions";
    private const string Logins = "logins";
    private const string Imports = "imports";
    private const string TooMuch = "There is too much to do; see Retry-After.";

    private const int QueuedLogins = 8;

    // Half of the processors stay for those who are signed in.
    private static readonly int ConcurrentLogins = Math.Max(1, Environment.ProcessorCount / 2);

    private const int ConcurrentImports = 2;
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    // A twentieth of a processor's time, where an answer takes it half a millisecond.
    private const int RefusalsPerProcessor = 400;

    public static void AddAdmission(this IServiceCollection services, FrontDoorOptions options)
    {
        // Made by the container, so that it ends them: a limiter lives by a timer of its own.
        services.AddSingleton(_ => new Places(options));
        // The machine's clock: it is the machine that is spared.
        services.AddSingleton(_ => new RefusalPace(TimeProvider.System, RefusalsPerProcessor * Environment.ProcessorCount));
    }

    /// <summary>Before anything is looked up: who is refused costs next to nothing.</summary>
    public static void UseAdmission(this WebApplication app)
    {
        // Not UseRateLimiter: its middleware keeps a limiter that nobody can end, and with it all of a host that was stopped.
        var places = app.Services.GetRequiredService<Places>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<Kind>() is not { Name: Logins })
            {
                await next(context);
                return;
            }
            using var lease = await places.OfLoginNetwork.AcquireAsync(ClientNetwork.Of(context), cancellationToken: context.RequestAborted);
            await (lease.IsAcquired ? next(context) : RefuseAsync(context, "Too many logins from your address are being checked; see Retry-After."));
        });
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
            {
                await next(context);
                return;
            }
            using var place = new Place(places.OfAll, context);
            context.Features.Set(place);
            await (await place.TakeAsync() ? next(context) : RefuseAsync(context, TooMuch));
        });
        // Much of what follows never waits, so a request would keep its thread from here to its answer, and those behind it would wait unseen and
        // uncounted. This way each comes to the bound above at once, and those that passed it take their turns behind.
        app.Use(async (context, next) =>
        {
            await Task.Yield();
            await next(context);
        });
    }

    /// <summary>
    /// Has something of the client's done without a place: else a few who send slowly would keep everybody waiting. What is done at once keeps it.
    /// </summary>
    public static async Task WaitForClientAsync(HttpContext context, Task sending, RequestDelegate next)
    {
        if (context.Features.Get<Place>() is not { } place || sending.IsCompleted)
        {
            await sending;
            await next(context);
            return;
        }
        place.GiveBack();
        await sending;
        await (await place.TakeAsync() ? next(context) : RefuseAsync(context, TooMuch));
    }

    /// <summary>After authorisation: one user has at most half of the places.</summary>
    public static void UseUserBound(this IApplicationBuilder app)
    {
        var places = app.ApplicationServices.GetRequiredService<Places>();
        app.Use(async (context, next) =>
        {
            if (context.User.Identity?.IsAuthenticated is not true || context.GetEndpoint()?.Metadata.GetMetadata<StreamLimit.Limited>() is not null)
            {
                await next(context);
                return;
            }
            using var lease = places.OfUser.AttemptAcquire(context.User.Caller().UserId);
            await (lease.IsAcquired ? next(context) : RefuseAsync(context, "Too many requests of yours are being worked on; see Retry-After."));
        });
    }

    /// <summary>Counts calls of this route among the executions.</summary>
    public static TBuilder AsExecution<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Kind(Executions));

    /// <summary>Counts calls of this route among those that hash a password, which takes a processor for a tenth of a second.</summary>
    public static TBuilder AsLogin<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Kind(Logins)).WithBodyLimit(KestrelLimits.SmallBody);

    /// <summary>Counts calls of this route among those that hold tens of megabytes.</summary>
    public static TBuilder AsImport<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Kind(Imports));

    private static ConcurrencyLimiterOptions Bound(string kind, int most) => kind switch
    {
        Logins => Of(ConcurrentLogins, QueuedLogins),
        Imports => Of(ConcurrentImports, ConcurrentImports * 4),
        Executions => Of(most / 2, most / 4),
        _ => Of(most, most / 2),
    };

    private static ConcurrencyLimiterOptions Of(int places, int queue) =>
        new() { PermitLimit = places, QueueLimit = queue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    private static async Task RefuseAsync(HttpContext context, string detail)
    {
        // Who is refused waits for its turn, and keeps nobody waiting.
        context.Features.Get<Place>()?.GiveBack();
        var services = context.RequestServices;
        var wait = services.GetRequiredService<RefusalPace>().TakeTurn();
        if (wait > TimeSpan.Zero)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(
                context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            await Task.Delay(wait, TimeProvider.System, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await ProblemWriter.WriteAsync(context, ProblemCodes.Overloaded, detail, retryAfter: ComeBack);
    }

    private sealed record Kind(string Name);

    // That of one request.
    private sealed class Place(PartitionedRateLimiter<HttpContext> places, HttpContext context) : IDisposable
    {
        private RateLimitLease? _lease;

        public async ValueTask<bool> TakeAsync()
        {
            _lease = await places.AcquireAsync(context, cancellationToken: context.RequestAborted);
            return _lease.IsAcquired;
        }

        public void GiveBack() => _lease?.Dispose();

        public void Dispose() => GiveBack();
    }

    private sealed class Places(FrontDoorOptions options) : IDisposable
    {
        public PartitionedRateLimiter<HttpContext> OfAll { get; } = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            RateLimitPartition.GetConcurrencyLimiter(
                context.GetEndpoint()?.Metadata.GetMetadata<Kind>()?.Name ?? Requests, kind => Bound(kind, options.MaxConcurrentRequests)));

        public PartitionedRateLimiter<Guid> OfUser { get; } = PartitionedRateLimiter.Create<Guid, Guid>(user =>
            RateLimitPartition.GetConcurrencyLimiter(user, _ => Of(Math.Max(1, options.MaxConcurrentRequests / 2), 0)));

        // Half of those that run and wait: they are so few that one address could have them all, and keep everybody from signing in. Its others wait
        // before the door, so that people who share an address may still sign in together.
        public PartitionedRateLimiter<IPAddress> OfLoginNetwork { get; } = PartitionedRateLimiter.Create<IPAddress, IPAddress>(network =>
            RateLimitPartition.GetConcurrencyLimiter(network, _ => Of((ConcurrentLogins + QueuedLogins) / 2, QueuedLogins)));

        public void Dispose()
        {
            OfLoginNetwork.Dispose();
            OfAll.Dispose();
            OfUser.Dispose();
        }
    }
}
