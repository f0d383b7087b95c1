INSERT INTO notifications (id, user_id, alert_id, delivery_id, message, delivered_at, created_at)
SELECT notification_id, user_id, alert_id, delivery_id, message, fired_at, fired_at
FROM json_to_recordset(@rows::json) AS r
    (notification_id uuid, user_id uuid, alert_id uuid, delivery_id uuid, message text, fired_at timestamptz)
