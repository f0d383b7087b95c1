-- Only by whom the lease belongs to; delivered is for good.
UPDATE alert_deliveries d
SET status = r.status, reason = r.reason, retry_count = r.retry_count, next_attempt_at = r.next_attempt_at, delivered_at = r.delivered_at,
    lease_token = NULL, lease_until = NULL, final = false
FROM json_to_recordset(@rows::json) AS r
    (id uuid, token uuid, status text, reason text, retry_count integer, next_attempt_at timestamptz, delivered_at timestamptz)
WHERE d.id = r.id AND d.lease_token = r.token AND d.status <> 'delivered'
RETURNING d.id
