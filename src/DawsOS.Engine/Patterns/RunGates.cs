using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Patterns;

/// <summary>The gates of an execution, in the order of D§1.3 from the third on; the front door has passed the first two.</summary>
internal sealed class RunGates(PatternCatalogue catalogue, PackStore packs, SeriesStore series, TimeProvider clock)
{
    // Gates are short queries: a database that hangs must not hold a request for the time of a whole run.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>What may run, or why not: then nothing was executed.</summary>
    /// <exception cref="RejectedException">pattern_not_found, pattern_invalid, pricing_pack_not_found, not_found or forbidden.</exception>
    public async Task<RunRequest> PassAsync(ExecutePattern command, Guid runId, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (startedAt, timestamp) = (clock.Now(), clock.GetTimestamp());
            var pattern = catalogue.Find(command.PatternId)
                ?? throw new RejectedException(RejectionCodes.PatternNotFound, "There is no pattern of that id; GET /v1/patterns lists them.");
            var inputs = InputRules.Merge(pattern, command.InputsJson);
            var pack = await packs.FindAsync(command.AsofDate, either.Token) ?? throw NoPack(command.AsofDate);
            await CheckPortfoliosAsync(command, inputs, either.Token);
            await CheckIdsAsync(command.Caller, inputs, either.Token);
            await CheckSeriesAsync(command.Caller, inputs, either.Token);
            CheckRights(pattern, command.Caller);
            var context = new RunContext(pack.Id, LedgerCommitHash: null, pack.Date, command.PortfolioId, command.SecurityId);
            return new RunRequest(runId, command.Caller, pattern, inputs, context, command.RequestId, command.TraceId, startedAt, timestamp, command.AsofDate);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The checks before the run took too long.");
        }
    }

    private static RejectedException NoPack(DateOnly? asof) => new(
        RejectionCodes.PricingPackNotFound,
        asof is { } date ? $"There is no observation on or before {date:yyyy-MM-dd}." : "There are no observations yet; ingest some first.");

    // ADMIN may name anybody's portfolio, but not one that is not there.
    private async Task CheckPortfoliosAsync(ExecutePattern command, CanonicalValue inputs, CancellationToken cancellationToken)
    {
        foreach (var id in PortfolioIds(command, inputs))
        {
            var owner = id is { } known ? await series.FindPortfolioOwnerAsync(command.Caller, known, cancellationToken) : null;
            if (owner is null || (owner != command.Caller.UserId && command.Caller.Role != Role.Admin))
            {
                throw RejectedException.NotFound("portfolio");
            }
        }
    }

    // Whatever a member is called: an id that is another user's portfolio passes under no name.
    private async Task CheckIdsAsync(Caller caller, CanonicalValue inputs, CancellationToken cancellationToken)
    {
        // No id fits into less.
        if (caller.Role == Role.Admin || inputs.Bytes.Length < 40)
        {
            return;
        }
        using var document = JsonDocument.Parse(inputs.Bytes);
        var ids = Texts(document.RootElement).Where(text => text.Length == 36).Select(text => Guid.TryParseExact(text, "D", out var id) ? id : (Guid?)null)
            .OfType<Guid>().Distinct().ToList();
        if (ids.Count > 0 && await series.AnyForeignPortfolioAsync(caller.UserId, ids, cancellationToken))
        {
            throw RejectedException.NotFound("portfolio");
        }
    }

    // A series of someone else's portfolio is not there for this caller, as when it is read by itself.
    private async Task CheckSeriesAsync(Caller caller, CanonicalValue inputs, CancellationToken cancellationToken)
    {
        if (inputs.Bytes.Span.IndexOf("metric:"u8) < 0 && inputs.Bytes.Span.IndexOf("dar:"u8) < 0)
        {
            return;
        }
        using var document = JsonDocument.Parse(inputs.Bytes);
        foreach (var portfolio in Texts(document.RootElement).Select(SeriesIds.PortfolioOf).OfType<Guid>().Distinct())
        {
            if (await series.FindPortfolioOwnerAsync(caller, portfolio, cancellationToken) != caller.UserId)
            {
                throw RejectedException.NotFound("series");
            }
        }
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    private static void CheckRights(PatternDefinition pattern, Caller caller)
    {
        if (pattern.RightsRequired.FirstOrDefault(right => !PermissionRules.Has(caller.Role, right)) is { } missing)
        {
            throw new RejectedException(RejectionCodes.Forbidden, $"The pattern needs the permission {missing}, which the role {caller.Role} does not have.");
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
        if (inputs.Bytes.Span.IndexOf("portfolio_id"u8) < 0)
        {
            return ids;
        }
        using var document = JsonDocument.Parse(inputs.Bytes);
        AddPortfolioIds(document.RootElement, ids);
        return ids;
    }

    private static void AddId(JsonElement value, HashSet<Guid?> ids)
    {
        if (value.ValueKind != JsonValueKind.Null)
        {
            ids.Add(value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out var id) ? id : null);
        }
    }

    // Wherever a member of that name is: a portfolio nested in an object is as much somebody's as one at the top.
    private static void AddPortfolioIds(JsonElement value, HashSet<Guid?> ids)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (member.Name.EndsWith("portfolio_id", StringComparison.Ordinal))
                    {
                        AddId(member.Value, ids);
                    }
                    else if (member.Name.EndsWith("portfolio_ids", StringComparison.Ordinal) && member.Value.ValueKind == JsonValueKind.Array)
                    {
                        foreach (var item in member.Value.EnumerateArray())
                        {
                            AddId(item, ids);
                        }
                    }
                    else
                    {
                        AddPortfolioIds(member.Value, ids);
                    }
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    AddPortfolioIds(item, ids);
                }
                break;
        }
    }
}
