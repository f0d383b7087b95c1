-- All of a user's but one; none is spared when @spared is no session of theirs.
UPDATE sessions SET ended_at = @now, end_reason = @reason WHERE user_id = @userId AND id <> @spared AND ended_at IS NULL
