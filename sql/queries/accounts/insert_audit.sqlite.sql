INSERT INTO audit_log (id, at, user_id, action, resource_type, resource_id, details, request_id, ip_address, user_agent, credential)
SELECT value ->> 'id', value ->> 'at', value ->> 'user_id', value ->> 'action', value ->> 'resource_type', value ->> 'resource_id', value ->> 'details',
    value ->> 'request_id', value ->> 'ip_address', value ->> 'user_agent', value ->> 'credential'
FROM json_each(@rows)
WHERE true
ON CONFLICT (id) DO NOTHING
