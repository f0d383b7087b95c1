-- Only by whom the lease belongs to; delivered is for good.
UPDATE alert_deliveries
SET status = @Status, reason = @Reason, retry_count = @RetryCount, next_attempt_at = @NextAttemptAt, delivered_at = @deliveredAt,
    lease_token = NULL, lease_until = NULL, final = (1 = 0)
WHERE id = @id AND lease_token = @token AND status <> 'delivered'
