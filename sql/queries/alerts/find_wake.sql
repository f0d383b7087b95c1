-- What its reminder is for: its own wake, and retries of its deliveries. First attempts are begun at once by whoever fired it.
SELECT min(at) AS wake_at
FROM (
    SELECT wake_at AS at FROM alerts WHERE id = @id AND is_active AND deleted_at IS NULL
    UNION ALL
    SELECT next_attempt_at FROM alert_deliveries WHERE alert_id = @id AND next_attempt_at IS NOT NULL AND attempts > 0
) AS due
