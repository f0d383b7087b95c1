-- Expired ones are refused without being known.
DELETE FROM refresh_tokens WHERE session_id = @sessionId AND expires_at <= @now
