-- No row when the email is taken.
INSERT INTO users (id, email, password_hash, role, is_active, created_at, updated_at)
VALUES (@Id, @Email, @PasswordHash, @Role, @IsActive, @CreatedAt, @CreatedAt)
ON CONFLICT (email) DO NOTHING
