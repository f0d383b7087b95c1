SELECT id, user_id, name, created_at, expires_at, last_used_at
FROM api_keys
WHERE user_id = @userId AND revoked_at IS NULL
ORDER BY id DESC
LIMIT @limit OFFSET @offset
