INSERT INTO audit_log (id, at, user_id, action, resource_type, resource_id, details, request_id, ip_address, user_agent, credential)
SELECT id, at, user_id, action, resource_type, resource_id, details, request_id, ip_address, user_agent, credential
FROM json_to_recordset(@rows::json) AS r (
    id uuid, at timestamptz, user_id uuid, action text, resource_type text, resource_id text, details text, request_id text, ip_address text, user_agent text,
    credential text)
ON CONFLICT (id) DO NOTHING
