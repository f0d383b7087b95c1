SELECT count(*) FROM alerts WHERE user_id = @userId AND deleted_at IS NULL
