SELECT count(*)
FROM notifications
WHERE user_id = @userId AND deleted_at IS NULL AND (@unreadOnly = 0 OR read_at IS NULL)
