-- In-app is born delivered: the row is the delivery.
INSERT INTO alert_deliveries
    (id, firing_id, alert_id, user_id, channel, status, message, content_hash, delivery_methods, delivery_day, created_at, delivered_at)
SELECT value ->> 'delivery_id', value ->> 'id', value ->> 'alert_id', value ->> 'user_id', value ->> 'channel', 'delivered', value ->> 'message',
    value ->> 'content_hash', value ->> 'delivery_methods', value ->> 'delivery_day', value ->> 'fired_at', value ->> 'fired_at'
FROM json_each(@rows)
