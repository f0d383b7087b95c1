UPDATE sessions SET last_used_at = @now, expires_at = @expiresAt WHERE id = @sessionId
