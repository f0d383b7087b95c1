UPDATE alert_dlq SET status = 'pending', next_attempt_at = @now WHERE delivery_id = @id
