-- No row when there are users, or when another silo has just made the same one.
INSERT INTO users (id, email, password_hash, role, is_active, created_at, updated_at)
SELECT @Id, @Email, @PasswordHash, @Role, @IsActive, @CreatedAt, @CreatedAt
WHERE NOT EXISTS (SELECT 1 FROM users)
ON CONFLICT (email) DO NOTHING
