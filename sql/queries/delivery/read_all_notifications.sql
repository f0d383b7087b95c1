UPDATE notifications SET read_at = @now WHERE user_id = @userId AND read_at IS NULL AND deleted_at IS NULL
