INSERT INTO alert_evaluation_errors (alert_id, at, error)
SELECT alert_id, at, error
FROM json_to_recordset(@rows::json) AS r (alert_id uuid, at timestamptz, error text)
ON CONFLICT DO NOTHING
