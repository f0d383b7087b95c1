UPDATE alerts
SET deleted_at = @now, updated_at = @now, is_active = false, wake_at = NULL, row_version = row_version + 1
WHERE id = @id AND user_id = @userId AND deleted_at IS NULL
