UPDATE alert_deliveries SET status = 'dead', reason = @reason, next_attempt_at = NULL, final = 0
WHERE status <> 'delivered' AND id IN (SELECT value FROM json_each(@ids))
