using System.Text.Json.Serialization;

using DawsOS.Http;
using DawsOS.Storage;

namespace DawsOS.Operations;

/// <summary>Whether this process can serve now: the database answers, its schema is this program's, the silo is in the cluster.</summary>
internal sealed class Readiness(Database database, Migrator migrator, ISiloStatusOracle silo, IHostApplicationLifetime lifetime, OutageLog outages, TimeProvider clock)
{
    // Shorter than any prober's own limit, so that a hung database is an answer and not a timeout.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private Task<bool>? _running;

    public async Task<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var (store, schema) = await CheckDatabaseAsync(cancellationToken);
        var member = CheckSilo();
        var ready = store.Ok && schema.Ok && member.Ok;
        return new ReadinessReport(ready ? "ready" : "not_ready", clock.GetUtcNow(), new ReadinessChecks(store, member, schema));
    }

    private Check CheckSilo() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? Check.Failed("The process is shutting down.")
        : silo.CurrentStatus == SiloStatus.Active ? Check.Passed
        : Check.Failed($"The silo is not active in its cluster: {silo.CurrentStatus}.");

    private async Task<(Check Database, Check Migrations)> CheckDatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The system's clock: a test's clock that stands still must not hold this up.
            var current = await Probe().WaitAsync(Patience, TimeProvider.System, cancellationToken);
            return (Check.Passed, current ? Check.Passed : Check.Failed("The schema is not this program's: restart it, or run 'migrate'."));
        }
        catch (TimeoutException)
        {
            return Unknown($"did not answer within {Patience.TotalSeconds:0} s", "");
        }
        catch (DatabaseUnavailableException e)
        {
            return Unknown("is away", e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Unknown("cannot be read", e.Message);
        }
    }

    // Anybody may ask, so where it is and what it said is for the log.
    private (Check Database, Check Migrations) Unknown(string what, string reason)
    {
        outages.Log($"{database.Describe} {what}{(reason.Length > 0 ? $": {reason}" : "")}");
        return (Check.Failed($"The database {what}."), Check.Failed("Not known while the database is away."));
    }

    // One probe at a time: a prober that asks every second must not use up the pool of a database that hangs.
    private Task<bool> Probe()
    {
        lock (_gate)
        {
            if (_running is null or { IsCompleted: true })
            {
                _running = migrator.IsCurrentAsync(CancellationToken.None);
                // Nobody may be waiting any more when it fails.
                _running.ContinueWith(done => _ = done.Exception, TaskScheduler.Default);
            }
            return _running;
        }
    }
}

/// <summary>The answer of <c>GET /health/ready</c>.</summary>
internal sealed record ReadinessReport(string Status, DateTimeOffset Timestamp, ReadinessChecks Checks);

/// <summary>All must pass.</summary>
internal sealed record ReadinessChecks(Check Database, Check Silo, Check Migrations);

/// <summary>One check; the detail says in plain words what is wrong.</summary>
internal sealed record Check(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null)
{
    public static readonly Check Passed = new("ok");

    [JsonIgnore]
    public bool Ok => Status == "ok";

    public static Check Failed(string detail) => new("failed", detail);
}
