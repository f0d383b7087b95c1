UPDATE refresh_tokens SET revoked_at = @now WHERE token_hash = @tokenHash
