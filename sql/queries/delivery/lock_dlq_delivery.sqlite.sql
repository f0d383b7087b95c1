SELECT d.id, d.channel, q.status AS dlq_status, d.final, d.lease_until
FROM alert_deliveries d
JOIN alert_dlq q ON q.delivery_id = d.id
WHERE q.id = @id
