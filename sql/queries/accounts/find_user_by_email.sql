SELECT id, email, password_hash, role, is_active, failed_login_attempts, locked_until, created_at FROM users WHERE email = @Email
