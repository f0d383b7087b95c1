SELECT id, alert_id, message, delivered_at, read_at, created_at
FROM notifications
WHERE user_id = @userId AND deleted_at IS NULL AND (@unreadOnly = 0 OR read_at IS NULL)
ORDER BY created_at DESC, id DESC
LIMIT @limit OFFSET @offset
