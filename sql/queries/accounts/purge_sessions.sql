-- A user's sessions that nobody can use any more; their refresh tokens go with them.
DELETE FROM sessions WHERE user_id = @userId AND expires_at < @before
