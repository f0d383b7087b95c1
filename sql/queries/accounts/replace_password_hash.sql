-- Only over the hash that was read: a password changed meanwhile stays.
UPDATE users SET password_hash = @NewHash, updated_at = @Now WHERE id = @Id AND password_hash = @OldHash
