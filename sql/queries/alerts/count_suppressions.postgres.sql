INSERT INTO alert_suppressions (alert_id, reason, window_start, first_at, last_at, count)
SELECT alert_id, reason, window_start, @now, @now, 1
FROM json_to_recordset(@rows::json) AS r (alert_id uuid, reason text, window_start timestamptz)
ON CONFLICT (alert_id, reason, window_start) DO UPDATE SET last_at = excluded.last_at, count = alert_suppressions.count + 1
