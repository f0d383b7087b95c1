-- A delivered one keeps what went wrong before.
UPDATE alert_dlq q
SET status = r.status, class = coalesce(r.class, q.class), reason = r.reason, error_message = coalesce(r.error, q.error_message),
    retry_count = r.retry_count, last_retry_at = r.at, next_attempt_at = r.next_attempt_at
FROM json_to_recordset(@rows::json) AS r
    (id uuid, status text, class text, reason text, error text, retry_count integer, at timestamptz, next_attempt_at timestamptz)
WHERE q.delivery_id = r.id
RETURNING q.delivery_id
