UPDATE users SET last_login_at = @Now WHERE id = @Id
