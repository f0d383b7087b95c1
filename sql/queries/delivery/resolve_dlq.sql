UPDATE alert_dlq
SET status = @status, reason = NULL, retry_count = @RetryCount, last_retry_at = coalesce(@lastRetryAt, last_retry_at), next_attempt_at = NULL
WHERE delivery_id = @deliveryId
