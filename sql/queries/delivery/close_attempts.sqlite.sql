UPDATE delivery_attempts
SET outcome = r.value ->> 'outcome', error = r.value ->> 'error', ended_at = r.value ->> 'ended_at'
FROM json_each(@rows) AS r
WHERE delivery_id = r.value ->> 'id' AND number = r.value ->> 'number'
