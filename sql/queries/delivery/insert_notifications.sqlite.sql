INSERT INTO notifications (id, user_id, alert_id, delivery_id, message, delivered_at, created_at, seq)
SELECT value ->> 'notification_id', value ->> 'user_id', value ->> 'alert_id', value ->> 'delivery_id', value ->> 'message',
    value ->> 'fired_at', value ->> 'fired_at', (SELECT coalesce(max(seq), 0) FROM notifications) + row_number() OVER (ORDER BY key)
FROM json_each(@rows)
