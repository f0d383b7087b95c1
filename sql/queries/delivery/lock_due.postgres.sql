-- The few that are taken first, then what is to be known of them. Another process's are passed over, not waited for.
-- Address, switch and whether the alert is gone are those of now.
WITH due AS MATERIALIZED (
    SELECT id FROM alert_deliveries WHERE next_attempt_at <= @now ORDER BY next_attempt_at LIMIT @limit FOR UPDATE SKIP LOCKED
)
SELECT d.id, d.alert_id, d.user_id, d.channel, d.subject, d.message, d.created_at, d.attempts, d.retry_count, d.final, d.next_attempt_at AS due_at,
    (a.deleted_at IS NOT NULL OR NOT u.is_active) AS is_gone, coalesce(c.email_address, u.email) AS address, coalesce(c.email_enabled, true) AS email_enabled
FROM due
JOIN alert_deliveries d ON d.id = due.id
JOIN alerts a ON a.id = d.alert_id
JOIN users u ON u.id = d.user_id
LEFT JOIN user_channels c ON c.user_id = d.user_id
