UPDATE alert_deliveries
SET attempts = r.value ->> 'attempts', lease_token = @token, lease_until = @until, next_attempt_at = NULL
FROM json_each(@rows) AS r
WHERE alert_deliveries.id = r.value ->> 'id'
