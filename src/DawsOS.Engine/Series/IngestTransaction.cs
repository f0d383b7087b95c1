using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;

using DawsOS.Alerts;
using DawsOS.Delivery;
using DawsOS.Storage;

namespace DawsOS.Series;

/// <summary>What an ingest committed, and what it decided; nothing when it was known already.</summary>
internal sealed record IngestOutcome(IngestResult Result, Decided Decided);

/// <summary>
/// One ingest in one transaction. Lock order: series, tick, alerts, deliveries. The alerts are decided on the state after the whole batch.
/// </summary>
internal static class IngestTransaction
{
    // Rows of one JSON parameter; bounds the text that is built at once.
    private const int RowsPerStatement = 20_000;

    // A history of a million rows is one transaction, and on a busy disk one of its statements takes long.
    private static readonly TimeSpan LongestStatement = TimeSpan.FromMinutes(1);

    public static async Task<IngestOutcome> RunAsync(Session session, EmailOptions email, IngestBatch batch, string requestHash, DateTimeOffset now)
    {
        session.StatementTimeout = LongestStatement;
        var ids = session.Rows(batch.Series.Select(series => series.SeriesId));
        await session.ExecuteAsync("series/ensure_series", new { ids });
        var before = (await session.QueryAsync<SeriesRow>("series/lock_series", new { ids })).ToDictionary(row => row.Id, StringComparer.Ordinal);
        // Only now: a twin of this ingest may have committed while we waited for the locks.
        if (await FindAsync(session, batch.IngestId, requestHash) is { } known)
        {
            return new IngestOutcome(known, Decided.Nothing);
        }
        var tick = await session.FirstAsync<long>("series/take_tick");
        var plans = await PlanAsync(session, batch, before, tick, now);
        await WriteAsync(session, plans, batch.IngestId, tick, now);

        var moves = plans.Where(plan => plan.Move is not null).Select(plan => plan.Move!).ToList();
        var started = Stopwatch.GetTimestamp();
        var nominated = moves.Count == 0 ? [] : await session.QueryAsync<Guid>("alerts/nominate", new { moves = session.Rows(moves) });
        var nominating = Stopwatch.GetElapsedTime(started);
        var decided = await AlertDecisions.DecideAsync(session, email, nominated, now);

        var result = new IngestResult(tick, [.. plans.Select(plan => plan.Result)], decided.Made.Count(made => made.Decision.Outcome == Outcome.Fired));
        await session.ExecuteAsync("series/insert_ingest", new
        {
            id = batch.IngestId,
            userId = batch.Caller.UserId,
            tick,
            requestHash,
            resultJson = JsonSerializer.Serialize(result),
            now,
        });
        return new IngestOutcome(result, decided with { Times = decided.Times with { Nominate = nominating } });
    }

    /// <summary>The result of an ingest that is known already.</summary>
    /// <exception cref="RejectedException">idempotency_conflict: the id came with another batch.</exception>
    public static async Task<IngestResult?> FindAsync(Session session, Guid ingestId, string requestHash)
    {
        var row = await session.FirstAsync<IngestRow>("series/find_ingest", new { id = ingestId });
        if (row is null)
        {
            return null;
        }
        return row.RequestHash == requestHash
            ? JsonSerializer.Deserialize<IngestResult>(row.ResultJson)
            : throw new RejectedException(RejectionCodes.IdempotencyConflict, "This Ingest-Id came before with other observations; use a new one.");
    }

    private static async Task<IReadOnlyList<SeriesPlan>> PlanAsync(
        Session session, IngestBatch batch, Dictionary<string, SeriesRow> before, long tick, DateTimeOffset now)
    {
        // Dates after the newest one are new for sure, so the usual ingest asks for nothing.
        var maybeStored = batch.Series.SelectMany(series => series.Observations
            .Where(o => before[series.SeriesId] is { } row && row.FirstDate <= o.Date && o.Date <= row.NewestDate)
            .Select(o => new { series.SeriesId, o.Date }));
        var stored = new Dictionary<string, Dictionary<DateOnly, decimal>>(StringComparer.Ordinal);
        foreach (var rows in maybeStored.Chunk(RowsPerStatement))
        {
            foreach (var revision in await session.QueryAsync<RevisionRow>("series/find_revisions", new { rows = session.Rows(rows) }))
            {
                if (!stored.TryGetValue(revision.SeriesId, out var dates))
                {
                    stored.Add(revision.SeriesId, dates = []);
                }
                dates.Add(revision.Date, revision.Value);
            }
        }
        return [.. batch.Series.Select(series => IngestRules.Plan(
            before[series.SeriesId], series, stored.GetValueOrDefault(series.SeriesId) ?? [], tick, batch.IngestId, now))];
    }

    private static async Task WriteAsync(Session session, IReadOnlyList<SeriesPlan> plans, Guid ingestId, long tick, DateTimeOffset now)
    {
        var revisions = plans.SelectMany(plan => plan.Revisions.Select(o => new { plan.Result.SeriesId, o.Date, o.Value }));
        foreach (var rows in revisions.Chunk(RowsPerStatement))
        {
            await session.ExecuteAsync("series/insert_observations", new { rows = session.Rows(rows), tick, now });
        }
        var changed = plans.Where(plan => plan.Revisions.Length > 0).Select(plan => plan.After).ToList();
        if (changed.Count > 0)
        {
            await session.ExecuteAsync("series/update_series", new { rows = session.Rows(changed) });
        }
        var ticks = plans.Where(plan => plan.Tick is not null).Select(plan => plan.Tick!).ToList();
        if (ticks.Count > 0)
        {
            await session.ExecuteAsync("series/insert_ticks", new { rows = session.Rows(ticks), tick, ingestId, now });
        }
    }

    private sealed record IngestRow
    {
        public string RequestHash { get; init; } = "";

        public string ResultJson { get; init; } = "";
    }
}
