INSERT INTO audit (id, at, user_id, action, subject, request_id, details)
SELECT id, at, user_id, action, subject, request_id, details
FROM json_to_recordset(@rows::json) AS r (id uuid, at timestamptz, user_id uuid, action text, subject text, request_id text, details text)
ON CONFLICT (id) DO NOTHING
