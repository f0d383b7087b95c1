INSERT INTO refresh_tokens (token_hash, session_id, user_id, created_at, expires_at)
VALUES (@TokenHash, @SessionId, @UserId, @Now, @ExpiresAt)
