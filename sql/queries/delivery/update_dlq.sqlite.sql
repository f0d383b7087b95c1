-- A delivered one keeps what went wrong before.
UPDATE alert_dlq
SET status = r.value ->> 'status', class = coalesce(r.value ->> 'class', class), reason = r.value ->> 'reason',
    error_message = coalesce(r.value ->> 'error', error_message), retry_count = r.value ->> 'retry_count', last_retry_at = r.value ->> 'at',
    next_attempt_at = r.value ->> 'next_attempt_at'
FROM json_each(@rows) AS r
WHERE delivery_id = r.value ->> 'id'
RETURNING delivery_id
