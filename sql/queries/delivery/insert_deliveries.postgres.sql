-- In-app is born delivered: the row is the delivery.
INSERT INTO alert_deliveries
    (id, firing_id, alert_id, user_id, channel, status, message, content_hash, delivery_methods, delivery_day, created_at, delivered_at)
SELECT delivery_id, id, alert_id, user_id, channel, 'delivered', message, content_hash, delivery_methods, delivery_day, fired_at, fired_at
FROM json_to_recordset(@rows::json) AS r
    (delivery_id uuid, id uuid, alert_id uuid, user_id uuid, channel text, message text, content_hash text, delivery_methods text,
     delivery_day date, fired_at timestamptz)
