-- The user of a live session; read for every request.
SELECT u.id, u.email, u.role, u.is_active, s.kind, s.last_used_at
FROM sessions s
JOIN users u ON u.id = s.user_id
WHERE s.id = @sessionId AND s.user_id = @userId AND s.ended_at IS NULL AND s.expires_at > @now
