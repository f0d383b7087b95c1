INSERT INTO alert_dlq
    (id, delivery_id, alert_id, user_id, channel, class, reason, alert_data, error_message, retry_count, status, created_at, last_retry_at, next_attempt_at)
SELECT value ->> 'id', value ->> 'delivery_id', value ->> 'alert_id', value ->> 'user_id', value ->> 'channel', value ->> 'class', value ->> 'reason',
    value ->> 'alert_data', value ->> 'error_message', value ->> 'retry_count', value ->> 'status', value ->> 'created_at',
    value ->> 'last_retry_at', value ->> 'next_attempt_at'
FROM json_each(@rows)
