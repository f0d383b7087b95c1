-- The user of a key that is good; read for every request.
SELECT u.id, u.email, u.role, u.is_active, k.id AS key_id, k.last_used_at
FROM api_keys k
JOIN users u ON u.id = k.user_id
WHERE k.key_hash = @keyHash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > @now)
