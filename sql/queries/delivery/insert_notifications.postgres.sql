-- A second notice of one day meets the first one's key.
INSERT INTO notifications (id, user_id, alert_id, delivery_id, message, delivered_at, created_at, notice_day)
SELECT id, user_id, alert_id, delivery_id, message, at, at, notice_day
FROM json_to_recordset(@rows::json) AS r
    (id uuid, user_id uuid, alert_id uuid, delivery_id uuid, message text, at timestamptz, notice_day date)
ON CONFLICT (user_id, notice_day) WHERE notice_day IS NOT NULL DO NOTHING
