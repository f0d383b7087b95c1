SELECT id, user_id, pattern_id, status, request_hash, attempt, silo, request_id, pricing_pack_id, asof_date, started_at, ended_at,
    run_digest, result_digest, failure_json
FROM runs
WHERE (@all OR user_id = @userId)
  AND (@PatternId = '' OR pattern_id = @PatternId)
  AND (@Status = '' OR status = @Status)
  AND started_at >= @From AND started_at <= @To
ORDER BY started_at DESC, id DESC
LIMIT @Limit OFFSET @Offset
