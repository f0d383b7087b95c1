-- A second notice of one day meets the first one's key. The number is the place in the stream.
INSERT INTO notifications (id, user_id, alert_id, delivery_id, message, delivered_at, created_at, notice_day, seq)
SELECT value ->> 'id', value ->> 'user_id', value ->> 'alert_id', value ->> 'delivery_id', value ->> 'message', value ->> 'at', value ->> 'at',
    value ->> 'notice_day', (SELECT coalesce(max(seq), 0) FROM notifications) + row_number() OVER (ORDER BY key)
FROM json_each(@rows)
WHERE true
ON CONFLICT (user_id, notice_day) WHERE notice_day IS NOT NULL DO NOTHING
