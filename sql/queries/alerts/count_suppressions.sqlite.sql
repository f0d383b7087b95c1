INSERT INTO alert_suppressions (alert_id, reason, window_start, first_at, last_at, count)
SELECT value ->> 'alert_id', value ->> 'reason', value ->> 'window_start', @now, @now, 1
FROM json_each(@rows) WHERE true
ON CONFLICT (alert_id, reason, window_start) DO UPDATE SET last_at = excluded.last_at, count = alert_suppressions.count + 1
