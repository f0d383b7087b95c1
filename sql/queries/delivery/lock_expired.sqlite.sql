SELECT d.id, d.alert_id, d.user_id, d.channel, d.subject, d.message, d.created_at, d.attempts, d.retry_count, d.final, d.lease_token AS token, d.lease_until
FROM alert_deliveries d
WHERE d.lease_until <= @now
ORDER BY d.lease_until
LIMIT 500
