-- Ids are time-ordered, so new users come last and pages do not shift.
SELECT id, email, password_hash, role, is_active, failed_login_attempts, locked_until, created_at FROM users ORDER BY id LIMIT @Limit OFFSET @Offset
