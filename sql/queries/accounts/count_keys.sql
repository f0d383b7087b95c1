SELECT count(*) FROM api_keys WHERE user_id = @userId AND revoked_at IS NULL
