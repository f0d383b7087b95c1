UPDATE delivery_attempts a
SET outcome = r.outcome, error = r.error, ended_at = r.ended_at
FROM json_to_recordset(@rows::json) AS r (id uuid, number integer, outcome text, error text, ended_at timestamptz)
WHERE a.delivery_id = r.id AND a.number = r.number
