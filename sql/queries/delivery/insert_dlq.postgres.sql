INSERT INTO alert_dlq
    (id, delivery_id, alert_id, user_id, channel, class, reason, alert_data, error_message, retry_count, status, created_at, last_retry_at, next_attempt_at)
SELECT id, delivery_id, alert_id, user_id, channel, class, reason, alert_data, error_message, retry_count, status, created_at, last_retry_at, next_attempt_at
FROM json_to_recordset(@rows::json) AS r
    (id uuid, delivery_id uuid, alert_id uuid, user_id uuid, channel text, class text, reason text, alert_data text, error_message text,
     retry_count integer, status text, created_at timestamptz, last_retry_at timestamptz, next_attempt_at timestamptz)
