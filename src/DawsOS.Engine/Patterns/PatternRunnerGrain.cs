using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Series;

using Orleans.Concurrency;
using Orleans.Placement;

namespace DawsOS.Patterns;

/// <summary>Passes a request through the gates in their order, then has the engine run it.</summary>
// Reentrant is safe: a run shares nothing with another, the grain has no state.
[GrainType("pattern-runner"), Reentrant, PreferLocalPlacement]
internal sealed class PatternRunnerGrain(
    PatternCatalogue catalogue, PatternEngine engine, PackStore packs, SeriesStore series, TimeProvider clock) : Grain, IPatternRunnerGrain
{
    /// <summary>Time for a run, checks included.</summary>
    public static readonly TimeSpan RunTimeout = TimeSpan.FromSeconds(30);

    public async Task<PatternRun> ExecuteAsync(ExecutePattern command, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(RunTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        var pattern = catalogue.Find(command.PatternId)
            ?? throw new RejectedException(RejectionCodes.PatternNotFound, "There is no pattern of that id; GET /v1/patterns lists them.");
        var inputs = InputRules.Merge(pattern, command.InputsJson);
        var pack = await packs.FindAsync(command.AsofDate, either.Token) ?? throw NoPack(command.AsofDate);
        await CheckPortfoliosAsync(command, inputs, either.Token);

        var context = new RunContext(pack.Id, LedgerCommitHash: null, pack.Date, command.PortfolioId, command.SecurityId);
        var run = await engine.RunAsync(pattern, command.Caller, context, inputs, timeout.Token, either.Token);
        return new PatternRun(
            Guid.CreateVersion7(startedAt), pattern.Id, run.Status, pack.Id, context.LedgerCommitHash, pack.Date, startedAt, clock.GetElapsedTime(started),
            run.Data, run.Charts, TraceRules.Of(command, pack.Id, run), Warnings(command, pack, run), run.Failure);
    }

    private static RejectedException NoPack(DateOnly? asof) => new(
        RejectionCodes.PricingPackNotFound,
        asof is { } date ? $"There is no observation on or before {date:yyyy-MM-dd}." : "There are no observations yet; ingest some first.");

    // ADMIN may name anybody's portfolio, but not one that is not there.
    private async Task CheckPortfoliosAsync(ExecutePattern command, CanonicalValue inputs, CancellationToken cancellationToken)
    {
        foreach (var id in PortfolioIds(command, inputs))
        {
            var owner = id is { } known ? await series.FindPortfolioOwnerAsync(known, cancellationToken) : null;
            if (owner is null || (owner != command.Caller.UserId && command.Caller.Role != Role.Admin))
            {
                throw RejectedException.NotFound("portfolio");
            }
        }
    }

    // Null stands for text that is no id and so names no portfolio.
    private static HashSet<Guid?> PortfolioIds(ExecutePattern command, CanonicalValue inputs)
    {
        var ids = new HashSet<Guid?>();
        if (command.PortfolioId is { } scope)
        {
            ids.Add(scope);
        }
        using var document = JsonDocument.Parse(inputs.Bytes);
        if (document.RootElement.TryGetProperty("portfolio_id", out var input) && input.ValueKind != JsonValueKind.Null)
        {
            ids.Add(input.ValueKind == JsonValueKind.String && Guid.TryParseExact(input.GetString(), "D", out var id) ? id : null);
        }
        return ids;
    }

    private static ImmutableArray<string> Warnings(ExecutePattern command, SeriesPack pack, EngineRun run)
    {
        var warnings = run.Steps.Where(step => step.Result is not null).SelectMany(step => step.Result!.Warnings);
        return command.AsofDate > pack.Date
            ? [$"There is nothing newer than {pack.Date:yyyy-MM-dd} on or before the asof_date {command.AsofDate:yyyy-MM-dd}: computed as of {pack.Date:yyyy-MM-dd}.", .. warnings]
            : [.. warnings];
    }
}
