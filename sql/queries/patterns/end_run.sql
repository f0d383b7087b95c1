UPDATE runs SET
    status = @Status, ended_at = @EndedAt, run_digest = @RunDigest, result_digest = @ResultDigest, failure_json = @FailureJson,
    result_json = @ResultJson, events_json = @EventsJson
WHERE id = @Id AND attempt = @Attempt AND (status = 'running' OR (status = 'failed' AND result_json IS NULL))
