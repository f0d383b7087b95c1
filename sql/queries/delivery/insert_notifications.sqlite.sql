INSERT INTO notifications (id, user_id, alert_id, delivery_id, message, delivered_at, created_at)
SELECT value ->> 'notification_id', value ->> 'user_id', value ->> 'alert_id', value ->> 'delivery_id', value ->> 'message',
    value ->> 'fired_at', value ->> 'fired_at'
FROM json_each(@rows)
