-- Both: a query that waits for the delivery would else go on with the entry as it was before.
SELECT d.id, d.channel, q.status AS dlq_status, d.final, d.lease_until
FROM alert_deliveries d
JOIN alert_dlq q ON q.delivery_id = d.id
WHERE q.id = @id
FOR UPDATE OF d, q
