UPDATE sessions SET ended_at = @now, end_reason = @reason WHERE id = @id AND user_id = @userId AND ended_at IS NULL AND expires_at > @now
