INSERT INTO delivery_attempts (delivery_id, number, started_at, outcome)
SELECT id, attempts, @now, 'started' FROM json_to_recordset(@rows::json) AS r (id uuid, attempts integer)
