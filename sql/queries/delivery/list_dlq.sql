-- An entry whose alert is gone says so before its next attempt finds out.
SELECT q.id, q.delivery_id, q.alert_id, q.user_id, q.channel, q.class, CASE WHEN a.deleted_at IS NOT NULL AND q.status <> 'resolved' THEN 'alert_gone' ELSE q.reason END AS reason,
    q.alert_data, q.error_message, q.retry_count, q.status, q.created_at, q.last_retry_at, q.next_attempt_at
FROM alert_dlq q
JOIN alerts a ON a.id = q.alert_id
WHERE (@status = '' OR q.status = @status) AND (@channel = '' OR q.channel = @channel) AND (@class = '' OR q.class = @class)
ORDER BY q.created_at DESC, q.id DESC
LIMIT @limit OFFSET @offset
