INSERT INTO alert_evaluation_errors (alert_id, at, error)
SELECT value ->> 'alert_id', value ->> 'at', value ->> 'error'
FROM json_each(@rows) WHERE true
ON CONFLICT DO NOTHING
