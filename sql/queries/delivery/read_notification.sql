UPDATE notifications SET read_at = coalesce(read_at, @now)
WHERE id = @id AND user_id = @userId AND deleted_at IS NULL
RETURNING id, alert_id, message, delivered_at, read_at, created_at
