SELECT d.id, d.alert_id, d.firing_id, f.occurrence_key, d.channel, d.status, d.reason, d.is_test, d.message, d.content_hash, d.delivery_day,
    d.created_at, d.delivered_at, d.next_attempt_at
FROM alert_deliveries d
JOIN firings f ON f.id = d.firing_id
WHERE d.alert_id = @alertId AND d.user_id = @userId
ORDER BY d.created_at DESC, d.id DESC
LIMIT @limit OFFSET @offset
