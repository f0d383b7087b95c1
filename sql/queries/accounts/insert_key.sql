INSERT INTO api_keys (id, user_id, name, key_hash, created_at, expires_at)
VALUES (@Id, @UserId, @Name, @KeyHash, @CreatedAt, @ExpiresAt)
