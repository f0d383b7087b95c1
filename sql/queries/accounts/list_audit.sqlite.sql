SELECT id, at, user_id, action, resource_type, resource_id, details, request_id, ip_address, user_agent, credential
FROM audit_log
WHERE (@all OR user_id = @userId)
    AND (@ofUser IS NULL OR user_id = @ofUser)
    AND (@action = '' OR action = @action)
    AND at >= @from AND at < @to
ORDER BY at DESC, id DESC
LIMIT @limit OFFSET @offset
