INSERT INTO sessions (id, user_id, kind, created_at, last_used_at, expires_at, ip_address, user_agent)
VALUES (@Id, @UserId, @Kind, @CreatedAt, @LastUsedAt, @ExpiresAt, @IpAddress, @UserAgent)
