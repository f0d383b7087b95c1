SELECT d.id, d.alert_id, d.firing_id, f.occurrence_key, d.channel, d.status, d.reason, d.is_test, d.message, d.content_hash, d.delivery_day,
    d.created_at, d.delivered_at, d.next_attempt_at
FROM alert_deliveries d
JOIN firings f ON f.id = d.firing_id
WHERE d.user_id = @userId
  AND (@status = '' OR d.status = @status)
  AND (@channel = '' OR d.channel = @channel)
  AND d.created_at >= @from AND d.created_at <= @to
ORDER BY d.created_at DESC, d.id DESC
LIMIT @limit OFFSET @offset
