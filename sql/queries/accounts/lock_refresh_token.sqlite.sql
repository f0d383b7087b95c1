-- SQLite has one writer: the transaction itself is the lock.
SELECT t.session_id, t.user_id, t.expires_at, t.revoked_at, s.created_at AS session_created_at, s.ended_at
FROM refresh_tokens t
JOIN sessions s ON s.id = t.session_id
WHERE t.token_hash = @tokenHash
