UPDATE sessions SET last_used_at = @now, expires_at = CASE WHEN kind = 'browser' THEN @browserUntil ELSE expires_at END
WHERE id = @sessionId AND ended_at IS NULL
