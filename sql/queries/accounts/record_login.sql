UPDATE users SET last_login_at = @Now, failed_login_attempts = 0, locked_until = NULL WHERE id = @Id
