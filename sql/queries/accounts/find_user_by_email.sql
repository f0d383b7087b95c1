SELECT id, email, password_hash, role, is_active, created_at FROM users WHERE email = @Email
