-- Only by whom the lease belongs to; delivered is for good.
UPDATE alert_deliveries
SET status = r.value ->> 'status', reason = r.value ->> 'reason', retry_count = r.value ->> 'retry_count',
    next_attempt_at = r.value ->> 'next_attempt_at', delivered_at = r.value ->> 'delivered_at', lease_token = NULL, lease_until = NULL, final = 0
FROM json_each(@rows) AS r
WHERE alert_deliveries.id = r.value ->> 'id' AND lease_token = r.value ->> 'token' AND status <> 'delivered'
RETURNING id
