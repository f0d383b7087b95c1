-- In-app is born delivered: the row is the delivery.
INSERT INTO alert_deliveries
    (id, firing_id, alert_id, user_id, channel, status, reason, subject, message, content_hash, delivery_methods, delivery_day, created_at,
     delivered_at, next_attempt_at)
SELECT id, firing_id, alert_id, user_id, channel, status, reason, subject, message, content_hash, delivery_methods, delivery_day, created_at,
    delivered_at, next_attempt_at
FROM json_to_recordset(@rows::json) AS r
    (id uuid, firing_id uuid, alert_id uuid, user_id uuid, channel text, status text, reason text, subject text, message text, content_hash text,
     delivery_methods text, delivery_day date, created_at timestamptz, delivered_at timestamptz, next_attempt_at timestamptz)
