-- There is one writer: numbers are given in the order of commits, and each once.
SELECT id, alert_id, message, delivered_at, read_at, created_at, seq AS position
FROM notifications
WHERE user_id = @userId AND seq > @position AND deleted_at IS NULL
ORDER BY seq
LIMIT @limit
