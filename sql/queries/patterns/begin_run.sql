INSERT INTO runs (id, user_id, pattern_id, status, request_hash, attempt, silo, request_id, pricing_pack_id, asof_date, started_at)
VALUES (@Id, @UserId, @PatternId, @Status, @RequestHash, @Attempt, @Silo, @RequestId, @PricingPackId, @AsofDate, @StartedAt)
ON CONFLICT (id) DO UPDATE SET
    pattern_id = excluded.pattern_id, status = excluded.status, attempt = excluded.attempt, silo = excluded.silo, request_id = excluded.request_id,
    pricing_pack_id = excluded.pricing_pack_id, asof_date = excluded.asof_date, started_at = excluded.started_at, ended_at = NULL,
    run_digest = NULL, result_digest = NULL, failure_json = NULL, result_json = NULL, events_json = NULL
WHERE runs.status = 'failed' AND runs.result_json IS NULL AND runs.request_hash = excluded.request_hash AND runs.attempt = excluded.attempt - 1
