UPDATE alert_dlq
SET status = @status, class = @class, reason = @Reason, error_message = @error, retry_count = @RetryCount,
    last_retry_at = coalesce(@lastRetryAt, last_retry_at), next_attempt_at = @NextAttemptAt
WHERE delivery_id = @deliveryId
