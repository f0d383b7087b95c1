SELECT wake_at FROM alerts WHERE id = @id AND is_active AND deleted_at IS NULL
