UPDATE users SET role = @Role, is_active = @IsActive, updated_at = @Now WHERE id = @Id
