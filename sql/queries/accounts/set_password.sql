UPDATE users SET password_hash = @Hash, updated_at = @Now WHERE id = @Id
