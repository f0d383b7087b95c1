UPDATE notifications SET deleted_at = @now WHERE id = @id AND user_id = @userId AND deleted_at IS NULL
