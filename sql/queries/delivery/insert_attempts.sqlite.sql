INSERT INTO delivery_attempts (delivery_id, number, started_at, outcome)
SELECT value ->> 'id', value ->> 'attempts', @now, 'started' FROM json_each(@rows)
