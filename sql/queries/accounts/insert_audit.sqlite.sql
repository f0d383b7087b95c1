INSERT INTO audit (id, at, user_id, action, subject, request_id, details)
SELECT value ->> 'id', value ->> 'at', value ->> 'user_id', value ->> 'action', value ->> 'subject', value ->> 'request_id', value ->> 'details'
FROM json_each(@rows)
WHERE true
ON CONFLICT (id) DO NOTHING
