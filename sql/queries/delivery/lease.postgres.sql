UPDATE alert_deliveries d
SET attempts = r.attempts, lease_token = @token, lease_until = @until, next_attempt_at = NULL
FROM json_to_recordset(@rows::json) AS r (id uuid, attempts integer)
WHERE d.id = r.id
