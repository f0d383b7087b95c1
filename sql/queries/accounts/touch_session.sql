-- A cookie that is used lasts on, within the longest time of a session.
UPDATE sessions SET last_used_at = @now,
    expires_at = CASE WHEN kind = 'browser' AND created_at > @oldest THEN @browserUntil ELSE expires_at END
WHERE id = @sessionId AND ended_at IS NULL
