SELECT id, user_id, kind, created_at, last_used_at, expires_at, ip_address, user_agent
FROM sessions
WHERE user_id = @userId AND ended_at IS NULL AND expires_at > @now
ORDER BY created_at DESC, id DESC
LIMIT @limit OFFSET @offset
