SELECT id, user_id, pattern_id, status, request_hash, attempt, silo, request_id, pricing_pack_id, asof_date, started_at, ended_at,
    run_digest, result_digest, failure_json, result_json, events_json
FROM runs
WHERE id = @runId
