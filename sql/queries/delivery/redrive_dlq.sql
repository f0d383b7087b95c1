UPDATE alert_dlq SET status = 'pending', reason = NULL, next_attempt_at = @now WHERE delivery_id = @id
