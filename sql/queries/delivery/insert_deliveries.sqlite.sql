-- In-app is born delivered: the row is the delivery.
INSERT INTO alert_deliveries
    (id, firing_id, alert_id, user_id, channel, status, reason, subject, message, content_hash, delivery_methods, delivery_day, created_at,
     delivered_at, next_attempt_at)
SELECT value ->> 'id', value ->> 'firing_id', value ->> 'alert_id', value ->> 'user_id', value ->> 'channel', value ->> 'status', value ->> 'reason',
    value ->> 'subject', value ->> 'message', value ->> 'content_hash', value ->> 'delivery_methods', value ->> 'delivery_day',
    value ->> 'created_at', value ->> 'delivered_at', value ->> 'next_attempt_at'
FROM json_each(@rows)
