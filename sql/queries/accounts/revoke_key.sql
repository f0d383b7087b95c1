UPDATE api_keys SET revoked_at = @now WHERE id = @id AND user_id = @userId AND revoked_at IS NULL
